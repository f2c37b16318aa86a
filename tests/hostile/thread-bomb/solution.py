"""Starts 600 threads at once."""

import os
import threading
import time

threading.stack_size(64 * 1024)
answer = "open: 600 threads"
try:
    for _ in range(600):
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
except RuntimeError:
    answer = "shut"
print(answer, flush=True)
os._exit(0)
