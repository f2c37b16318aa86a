"""Asks to be told when anybody opens a file that all share, and to hold others up."""

import ctypes
import fcntl
import os

from attempt import report, route

F_SETLEASE, F_NOTIFY, DN_ACCESS, IN_OPEN = 1024, 1026, 1, 0x20


@route
def lease():
    with open(os.__file__) as file:
        fcntl.fcntl(file, F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, F_SETLEASE, fcntl.F_UNLCK)
    return True


@route
def notify():
    folder = os.open(os.path.dirname(os.__file__), os.O_RDONLY)
    fcntl.fcntl(folder, F_NOTIFY, DN_ACCESS)
    os.close(folder)
    return True


@route
def inotify():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.inotify_add_watch(libc.inotify_init(), b"/usr/bin", IN_OPEN) < 0:
        raise OSError(ctypes.get_errno(), "inotify_add_watch")
    return True


report()
