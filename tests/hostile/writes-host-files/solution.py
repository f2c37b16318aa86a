"""Writes, makes and changes files outside its own folders; takes back at once what it could do."""

import os
import site
import sys
import uuid

from attempt import report, route, routes

NAME = f"made-{uuid.uuid4().hex}"
MODULE = os.__file__
FOLDERS = {
    "library": os.path.dirname(MODULE),
    "packages": site.getsitepackages()[0],
    "environment": sys.prefix,
    "programs": "/usr/bin",
    "settings": "/etc",
    "above": os.path.dirname("{{SECRET_OPEN}}"),
    "root": "/",
    "var": "/var/tmp",
    "solution": os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + "/..",
}


def make(folder):
    path = os.path.join(folder, NAME)
    with open(path, "x"):
        pass
    os.unlink(path)
    return True


def make_folder(folder):
    path = os.path.join(folder, NAME)
    os.mkdir(path)
    os.rmdir(path)
    return True


def make_link(folder):
    path = os.path.join(folder, NAME)
    os.symlink("nowhere", path)
    os.unlink(path)
    return True


def make_nameless(folder):
    os.close(os.open(folder, os.O_TMPFILE | os.O_RDWR))
    return True


def make_device(folder):
    path = os.path.join(folder, NAME)
    os.mknod(path, 0o600 | 0o20000, os.makedev(1, 3))
    os.unlink(path)
    return True


WRITABLE_FOR_ALL = {"var"}
for way in (make, make_folder, make_link, make_nameless, make_device):
    chosen = {name: path for name, path in FOLDERS.items() if name != "root" or way is not make_device}
    routes(way.__name__, {name: lambda way=way, path=path: way(path) for name, path in chosen.items()})


@route
def device_in_the_work_folder():
    os.mknod("null", 0o600 | 0o20000, os.makedev(1, 3))
    try:
        with open("null", "wb") as file:
            return file.write(b"x")
    finally:
        os.unlink("null")


@route
def opens_a_module():
    os.close(os.open(MODULE, os.O_WRONLY))
    return True


@route
def changes_a_mode():
    return os.chmod(MODULE, os.stat(MODULE).st_mode & 0o7777) is None


@route
def changes_a_time():
    state = os.stat(MODULE)
    return os.utime(MODULE, ns=(state.st_atime_ns, state.st_mtime_ns)) is None


@route
def changes_an_owner():
    state = os.stat(MODULE)
    return os.chown(MODULE, state.st_uid, state.st_gid) is None


@route
def opens_a_secret():
    os.close(os.open("{{SECRET_OPEN}}", os.O_WRONLY))
    return True


def opens(path):
    os.close(os.open(path, os.O_WRONLY))
    return True


paths = ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory", "/proc/self/oom_score_adj"]
paths += ["/sys/kernel/mm/ksm/run", "/sys/power/state", "/proc/sysrq-trigger", "/dev/kmsg", "/dev/mem", "/etc/passwd"]
routes("opens", {path: lambda path=path: opens(path) for path in paths if "oom" not in path})

report()
