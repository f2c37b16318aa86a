"""Calls the parts of the kernel that no solution needs, with arguments that are wrong on purpose."""

import ctypes
import os

from attempt import in_child, reached, report, route, routes, syscall

BLANK = ctypes.create_string_buffer(256)

CALLS = {
    "bpf": (9999, BLANK, 128),
    "perf_event_open": (BLANK, 0, -1, -1, 0),
    "userfaultfd": (0x4000000,),
    "open_by_handle_at": (-100, BLANK, 0),
    "init_module": (None, 0, None),
    "finit_module": (-1, b"", 0),
    "delete_module": (b"no-such-module", 0x800),
    "reboot": (1, 2, 3, None),
    "swapon": (b"no-such-file", 0),
    "swapoff": (b"no-such-file",),
    "acct": (b"no-such-file",),
    "quotactl": (-1, b"no-such-file", 0, None),
    "fanotify_init": (0xFFFF, 0),
    "clock_settime": (99, None),
    "settimeofday": (ctypes.c_void_p(8), None),
    "move_pages": (1, 0, None, None, None, 0xFF),
}
routes("call", {name: lambda name=name, given=given: in_child(lambda: reached(name, *given)) for name, given in CALLS.items()})


@route
def kernel_log():
    return syscall("syslog", 10, None, 0) >= 0


@route
def personality():
    def changed():
        before = syscall("personality", 0xFFFFFFFF)
        return syscall("personality", before | 0x0040000) >= 0

    return in_child(changed)


@route
def traced():
    return in_child(lambda: syscall("ptrace", 0, 0, 0, 0) == 0)


@route
def traces_a_child():
    def attach():
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(write)
            os.read(read, 1)
            os._exit(0)
        try:
            return syscall("ptrace", 0x4206, pid, 0, 0) == 0
        finally:
            os.close(write)

    return in_child(attach)


@route
def user_faults():
    return syscall("userfaultfd", 1) >= 0


@route
def counters():
    attributes = (ctypes.c_uint32 * 32)(1, 128)
    return syscall("perf_event_open", attributes, 0, -1, -1, 0) >= 0


report()
