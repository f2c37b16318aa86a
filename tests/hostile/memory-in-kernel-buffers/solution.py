"""Fills the buffers of as many pipes and sockets as it can get, at most 300 MB."""

import fcntl
import os
import resource
import socket

from attempt import refused, report, route

MOST = 300_000_000
held = []

try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
except (OSError, ValueError):
    pass


def fill(fd):
    written = 0
    try:
        while True:
            written += os.write(fd, bytes(65536))
    except BlockingIOError:
        return written


@route
def buffers():
    total = 0
    try:
        while total < MOST:
            read, write = os.pipe()
            held.extend([read, write])
            fcntl.fcntl(write, 1031, 1 << 20)  # F_SETPIPE_SZ
            os.set_blocking(write, False)
            total += fill(write)
    except OSError:
        pass
    try:
        while total < MOST:
            pair = socket.socketpair()
            held.extend(pair)
            pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
            pair[0].setblocking(False)
            total += fill(pair[0].fileno())
    except OSError:
        pass
    if total < MOST:
        raise refused(f"{total} bytes")
    return total


report()
