"""Walks out of its folder by descriptors that it inherited, by links of its own process and by two dots."""

import os
import stat

from attempt import report, route

TARGET = "{{SECRET_OPEN}}".lstrip("/")
UP = "../" * 40


def through(fd):
    file = os.open(UP + TARGET, os.O_RDONLY, dir_fd=fd)
    return os.read(file, 100)


@route
def inherited():
    found = []
    for fd in range(3, 1024):
        try:
            if stat.S_ISDIR(os.fstat(fd).st_mode):
                found.append(through(fd))
        except OSError:
            pass
    return found


@route
def work_folder():
    return through(os.open(".", os.O_RDONLY))


@route
def solution_folder():
    return through(os.open(os.path.dirname(os.path.abspath(__file__)), os.O_PATH))


@route
def dots():
    with open(UP + TARGET, "rb") as file:
        return file.read()


@route
def own_links():
    for name in ("root", "cwd/" + UP, "task/self/root"):
        try:
            with open(f"/proc/self/{name}/{TARGET}", "rb") as file:
                return file.read()
        except OSError:
            pass


@route
def links_of_descriptors():
    for name in os.listdir("/proc/self/fd"):
        try:
            with open(f"/proc/self/fd/{name}/{UP}{TARGET}", "rb") as file:
                return file.read()
        except OSError:
            pass


@route
def chroot_twice():
    os.mkdir("cell")
    fd = os.open(".", os.O_RDONLY)
    pid = os.fork()
    if pid == 0:
        try:
            os.chroot("cell")
            os.fchdir(fd)
            for _ in range(40):
                os.chdir("..")
            os.chroot(".")
            os.stat("/" + TARGET)
            os._exit(7)
        except BaseException:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


report()
