"""Leaves a pipe, a socket, a folder and a device where files are expected."""

import os
import socket


def attempt(make):
    try:
        make()
    except OSError:
        pass


attempt(lambda: os.mkfifo("pipe.txt"))
attempt(lambda: socket.socket(socket.AF_UNIX).bind("socket.txt"))
attempt(lambda: os.mkdir("folder.txt"))
attempt(lambda: os.mknod("device.txt", 0o600 | 0o20000, os.makedev(1, 5)))
print("shut")
