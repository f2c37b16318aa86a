"""Leaves a process that has a session of its own, no parent and no open stream."""

import os
import time

read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        os.write(write, b"x")
        os.closerange(0, 100)
        time.sleep(30)
    os._exit(0)
os.wait()
os.read(read, 1)
print("shut")
