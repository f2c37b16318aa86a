"""Signals another case that runs at the same time by a lock on a file that both can read."""

import fcntl
import os
import sys
import time

from attempt import report, route

UNTIL = time.monotonic() + 1.5
PATHS = [os.__file__, os.path.dirname(os.__file__), os.path.realpath(sys.executable), "/"]


@route
def lock():
    held = []
    for path in PATHS:
        try:
            fd = os.open(path, os.O_RDONLY)
            held.append(fd)
        except OSError:
            continue
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return path
    # The first one holds them; the second one sees that.
    while time.monotonic() < UNTIL:
        time.sleep(0.01)
    return False


report()
