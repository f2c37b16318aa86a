"""Calls the kernel by the tables of other word sizes, which have other numbers."""

import ctypes
import mmap
import os
import platform

from attempt import LIBC, checked, in_child, refused, report, route

INTEL = platform.machine() == "x86_64"


@route
def narrow():
    """`int 0x80` with getpid's number of 32 bits."""
    if not INTEL:
        raise refused("another processor")
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    return in_child(lambda: call() > 0)


@route
def narrow_socket():
    """The one call that makes any socket, which filters for 64 bits do not know."""
    if not INTEL:
        raise refused("another processor")
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\x53\xb8\x67\x01\x00\x00\xbb\x10\x00\x00\x00\xb9\x03\x00\x00\x00\x31\xd2\xcd\x80\x5b\xc3")
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    return in_child(lambda: call() >= 0)


@route
def wide_with_a_mark():
    """x32: numbers of 64 bits with one bit more."""
    if not INTEL:
        raise refused("another processor")
    return in_child(lambda: checked(LIBC.syscall(ctypes.c_long(0x40000000 | 39))) == os.getpid())


report()
