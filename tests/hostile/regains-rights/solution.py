"""Raises its limits, becomes root, takes capabilities, and marks a program to run as its owner."""

import ctypes
import os
import resource

from attempt import LIBC, checked, in_child, report, route, routes, syscall

LIMITS = ["AS", "CORE", "CPU", "FSIZE", "MEMLOCK", "NICE", "NOFILE", "NPROC", "RTPRIO", "STACK", "MSGQUEUE", "SIGPENDING"]


def raised(name):
    number = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(number)
    if hard == resource.RLIM_INFINITY:
        raise OSError("it has none already")
    resource.setrlimit(number, (soft, hard + 1))
    return True


def tried(change):
    def run():
        try:
            return change()
        except ValueError as error:
            # How the module says EPERM.
            raise PermissionError(1, str(error)) from None

    return in_child(run)


routes("limit", {name: lambda name=name: tried(lambda: raised(name)) for name in LIMITS})


@route
def groups():
    return in_child(lambda: os.setgroups([0]) is None)


@route
def becomes_root():
    def changed():
        if os.geteuid() != 0:
            os.setuid(0)
        # Root of what: can it give a file away?
        open("mine", "w").close()
        return os.chown("mine", 12345, 12345) is None

    return in_child(changed)


def set_capabilities(bits):
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(bits & 0xFFFFFFFF, bits & 0xFFFFFFFF, 0, bits >> 32, bits >> 32, 0)
    return syscall("capset", header, data) == 0


@route
def capability_of_root():
    return in_child(lambda: set_capabilities(1 << 21))


@route
def capability_of_files():
    return in_child(lambda: set_capabilities(1 << 1))


@route
def secure_bits():
    return in_child(lambda: checked(LIBC.prctl(28, 0x20, 0, 0, 0)) == 0)


@route
def runs_as_the_owner():
    with open("program", "wb") as file:
        file.write(b"#!/bin/sh\n")
    os.chmod("program", 0o4755)
    honoured = not os.statvfs("program").f_flag & os.ST_NOSUID and LIBC.prctl(39, 0, 0, 0, 0) == 0
    return honoured and bool(os.stat("program").st_mode & 0o4000)


@route
def lifts_the_bar():
    return LIBC.prctl(39, 0, 0, 0, 0) == 0 or checked(LIBC.prctl(38, 0, 0, 0, 0)) == 0


report()
