"""Puts 300 MB into memory files that it does not map."""

import os

from attempt import report, route


@route
def memory_files():
    held, total = [], 0
    for _ in range(60):
        fd = os.memfd_create("held")
        held.append(fd)
        for _ in range(5):
            total += os.write(fd, bytes(1_000_000))
    return total >= 300_000_000


report()
