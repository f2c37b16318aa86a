"""Reads files of this machine: secrets of the user, open ones, and those around its own folder."""

import ctypes
import mmap
import os
import socket
import subprocess

from attempt import LIBC, checked, refused, report, route, routes

FILES = {"secret": "{{SECRET_FILE}}", "open": "{{SECRET_OPEN}}"}


def plain(path):
    with open(path, "rb") as file:
        return file.read()


def opened(path):
    """Only opened: what is in it is nobody's business."""
    os.close(os.open(path, os.O_RDONLY))
    return True


def by_path_descriptor(path):
    fd = os.open(path, os.O_PATH)
    return plain(f"/proc/self/fd/{fd}")


def by_link(path):
    os.symlink(path, "link")
    try:
        return plain("link")
    finally:
        os.unlink("link")


def by_hard_link(path):
    os.link(path, "hard")
    try:
        return plain("hard")
    finally:
        os.unlink("hard")


def by_map(path):
    fd = os.open(path, os.O_RDONLY)
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ)[:]


def by_sendfile(path):
    here, there = socket.socketpair()
    os.sendfile(here.fileno(), os.open(path, os.O_RDONLY), 0, 100)
    return there.recv(100)


def by_program(path):
    return subprocess.run(["/bin/cat", path], capture_output=True).stdout


def by_libc(path):
    fd = checked(LIBC.open(path.encode(), 0))
    buffer = ctypes.create_string_buffer(100)
    return checked(LIBC.read(fd, buffer, 100))


def by_own_root(path):
    return plain(f"/proc/self/root{path}")


def by_thread(path):
    return plain(f"/proc/thread-self/cwd/{os.path.relpath(path)}")


def folder(path):
    return os.path.basename(path) in os.listdir(os.path.dirname(path))


for way in (plain, by_path_descriptor, by_link, by_hard_link, by_map, by_sendfile, by_program, by_libc, by_own_root, by_thread, folder):
    routes(way.__name__, {name: lambda way=way, path=path: way(path) for name, path in FILES.items()})


@route
def chdir():
    here = os.getcwd()
    os.chdir(os.path.dirname(FILES["open"]))
    os.listdir(".")
    os.chdir(here)
    return True


@route
def accounts():
    return opened("/etc/shadow")


@route
def folders_above():
    here = os.path.dirname(os.path.abspath(__file__))
    for _ in range(10):
        here = os.path.dirname(here)
        if "pack" in os.listdir(here) or "work" in os.listdir(here) and "pack" in os.listdir(here + "/work"):
            return here
    raise refused("no pack above")


report()
