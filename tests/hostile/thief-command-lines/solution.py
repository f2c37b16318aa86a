"""Reads the command lines and environments of all processes that it can see."""

import os
import sys

from hunt import first, read


def own():
    yield sys.argv
    yield dict(os.environ)
    yield sys.orig_argv


def others():
    parents, pid = [], os.getppid()
    while pid > 1:
        parents.append(pid)
        pid = int(read(f"/proc/{pid}/stat").rsplit(b")", 1)[-1].split()[1])
    for pid in ["self", *parents, 1]:
        for name in ("cmdline", "environ", "comm", "status", "stat", "maps", "mountinfo", "cgroup"):
            yield read(f"/proc/{pid}/{name}")


print(first(own, others))
