"""Lists its open descriptors, as a program."""

import os

from attempt import report, route


@route
def descriptors():
    found = []
    for fd in range(4096):
        try:
            os.fstat(fd)
        except OSError:
            continue
        found.append(fd)
    return found if found != [0, 1, 2] else None


report()
