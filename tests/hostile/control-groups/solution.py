"""Makes control groups, moves itself, and asks for a program that the kernel would run outside."""

import os
import uuid

from attempt import in_child, refused, report, route, syscall

ROOT = "/sys/fs/cgroup"
NAME = f"made-{uuid.uuid4().hex}"


def hierarchies():
    return [ROOT] + [os.path.join(ROOT, name) for name in sorted(os.listdir(ROOT)) if os.path.isdir(os.path.join(ROOT, name))]


@route
def make():
    for folder in hierarchies():
        try:
            os.mkdir(os.path.join(folder, NAME))
        except OSError:
            continue
        os.rmdir(os.path.join(folder, NAME))
        return folder
    raise refused("nowhere")


@route
def open_settings():
    for folder in hierarchies():
        for name in ("cgroup.procs", "release_agent", "notify_on_release", "cgroup.subtree_control"):
            try:
                os.close(os.open(os.path.join(folder, name), os.O_WRONLY))
            except OSError:
                continue
            return f"{folder}/{name}"
    raise refused("nowhere")


def mounted(kind, *options):
    os.mkdir(kind)
    try:
        return syscall("mount", kind.encode(), kind.encode(), kind.encode(), 0, *options) == 0
    finally:
        try:
            syscall("umount2", kind.encode(), 2)
        except OSError:
            pass
        os.rmdir(kind)


@route
def mount():
    def alone():
        syscall("unshare", 0x00020000)
        syscall("mount", b"none", b"/", None, 0x4000 | (1 << 18), None)
        return mounted("cgroup2", None)

    return in_child(alone)


report()
