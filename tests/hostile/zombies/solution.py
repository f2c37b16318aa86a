"""Ends and leaves fifty zombies and twenty orphans."""

import os
import time

for _ in range(50):
    if os.fork() == 0:
        os._exit(0)
for _ in range(20):
    if os.fork() == 0:
        time.sleep(30)
        os._exit(0)
print("shut")
