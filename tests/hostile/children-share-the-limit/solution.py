"""Has eight children hold 40 MB each, every one less than the limit."""

import os
import time

for _ in range(8):
    if os.fork() == 0:
        held = b"x" * 40_000_000
        time.sleep(5)
        os._exit(0)
time.sleep(5)
print("open: 320 MB")
