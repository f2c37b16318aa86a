"""Kills, stops and interrupts the first process of its namespace and its parent."""

import json
import os
import signal

SHARED = os.path.exists("/proc/self/ns/pid") and os.readlink("/proc/self/ns/pid") == json.loads('{{HOST_NS}}')["pid"]

# A process of a new namespace has a small number.
if SHARED or os.getpid() > 100:
    print("open: the processes are those of the machine")
else:
    for target in {1, os.getppid()} - {0}:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGSTOP, signal.SIGSEGV, signal.SIGKILL):
            try:
                os.kill(target, number)
            except OSError:
                pass
    print("shut")
