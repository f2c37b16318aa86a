"""Ends while its grandchild holds its standard output open."""

import os
import time

if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(30)
    os._exit(0)
os.wait()
print("shut")
