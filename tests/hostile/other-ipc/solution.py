"""Reads shared memory, semaphores and queues that programs outside have made."""

import ctypes

from attempt import LIBC, report, route, syscall

KEY = int("{{SHM_KEY}}")
LIBC.shmat.restype = ctypes.c_void_p


@route
def shared_memory():
    segment = syscall("shmget", KEY, 0, 0)
    address = LIBC.shmat(segment, None, 0o10000)
    return ctypes.string_at(address, 22)


@route
def semaphores():
    return syscall("semget", KEY, 0, 0) >= 0


@route
def queue():
    return syscall("msgget", KEY, 0) >= 0


@route
def lists():
    found = []
    for name in ("shm", "sem", "msg"):
        with open(f"/proc/sysvipc/{name}") as file:
            found += [line for line in file.readlines()[1:] if str(KEY) in line.split()[0]]
    return found


report()
