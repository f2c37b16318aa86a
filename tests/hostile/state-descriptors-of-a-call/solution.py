"""Lists its open descriptors, as a function that is called."""

import os


def f(values):
    found = []
    for fd in range(4096):
        try:
            os.fstat(fd)
        except OSError:
            continue
        found.append(fd)
    return found
