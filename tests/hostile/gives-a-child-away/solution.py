"""Makes a child whose parent is its own parent."""

import ctypes
import os

from attempt import report, route

CLONE_PARENT = 0x8000
SIGCHLD = 17
CLONE = {"x86_64": 56, "aarch64": 220}[os.uname().machine]


@route
def sibling():
    libc = ctypes.CDLL(None, use_errno=True)
    pid = libc.syscall(CLONE, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    if pid < 0:
        raise OSError(ctypes.get_errno(), "clone")
    return True


report()
