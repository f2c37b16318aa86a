"""Sends SIGKILL to every process that it may signal, if it has a process namespace of its own."""

import json
import os
import signal

SHARED = os.path.exists("/proc/self/ns/pid") and os.readlink("/proc/self/ns/pid") == json.loads('{{HOST_NS}}')["pid"]

# A process of a new namespace has a small number.
if SHARED or os.getpid() > 100:
    print("open: the processes are those of the machine")
else:
    for target in (-1, os.getppid(), 1):
        try:
            os.kill(target, signal.SIGKILL)
        except OSError:
            pass
    try:
        os.killpg(os.getpgid(0), signal.SIGKILL)
    except OSError:
        pass
    print("shut")
