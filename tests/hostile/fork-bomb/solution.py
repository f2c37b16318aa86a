"""Starts 400 processes at once; each is killed at the end and ends by itself before long."""

import os
import signal
import time

children = []
try:
    for _ in range(400):
        pid = os.fork()
        if pid == 0:
            time.sleep(5)
            os._exit(0)
        children.append(pid)
    # Time to be seen.
    time.sleep(0.1)
    answer = f"open: {len(children)} processes"
except OSError:
    answer = "shut"
for pid in children:
    os.kill(pid, signal.SIGKILL)
print(answer)
