"""Reads and traces a process outside: its memory, environment, command line and descriptors."""

import ctypes
import os

from attempt import report, route, routes, syscall

HOST = int("{{HOST_PID}}")


def read(path, size=4096):
    with open(path, "rb", buffering=0) as file:
        return file.read(size)


routes("proc", {name: lambda name=name: read(f"/proc/{HOST}/{name}") for name in ("environ", "cmdline", "maps", "auxv")})
routes("link", {name: lambda name=name: os.readlink(f"/proc/{HOST}/{name}") for name in ("cwd", "exe", "root", "ns/net")})


@route
def root():
    return os.listdir(f"/proc/{HOST}/root")


def address():
    """Of something mapped there; any address will do where that is not told."""
    try:
        return int(read(f"/proc/{HOST}/maps").split(b"-")[0], 16)
    except OSError:
        return 0x400000


@route
def memory():
    with open(f"/proc/{HOST}/mem", "rb", buffering=0) as file:
        file.seek(address())
        return file.read(16)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


@route
def vector():
    buffer = ctypes.create_string_buffer(16)
    here = Vector(ctypes.addressof(buffer), 16)
    there = Vector(address(), 16)
    return syscall("process_vm_readv", HOST, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)


@route
def vector_of_the_parent():
    buffer = ctypes.create_string_buffer(16)
    here = Vector(ctypes.addressof(buffer), 16)
    # An address that nobody has: EFAULT would mean that the parent may be read.
    there = Vector(0, 16)
    try:
        return syscall("process_vm_readv", os.getppid(), ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    except OSError as error:
        if error.errno == 14:
            return True
        raise


@route
def seize():
    attached = syscall("ptrace", 0x4206, HOST, 0, 0) == 0
    if attached:
        syscall("ptrace", 0x4207, HOST, 0, 0)
        os.waitpid(HOST, 0x40000000)
        syscall("ptrace", 17, HOST, 0, 0)
    return attached


@route
def descriptors():
    return syscall("pidfd_getfd", os.pidfd_open(HOST), 0, 0) >= 0


@route
def compares():
    return syscall("kcmp", os.getpid(), HOST, 0, 0, 0) >= 0


report()
