"""Looks whether new privileges, system calls, core files and being read by others are barred."""

import resource

from attempt import LIBC, report, route


@route
def new_privileges():
    return LIBC.prctl(39, 0, 0, 0, 0) != 1


@route
def system_calls():
    return LIBC.prctl(21, 0, 0, 0, 0) != 2


@route
def dumpable():
    return LIBC.prctl(3, 0, 0, 0, 0) != 0


@route
def core_files():
    return resource.getrlimit(resource.RLIMIT_CORE) != (0, 0)


@route
def as_told():
    with open("/proc/self/status") as file:
        told = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    return (told["NoNewPrivs"], told["Seccomp"]) != ("1", "2")


report()
