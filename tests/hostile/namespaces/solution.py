"""Makes and enters namespaces, mounts, and changes its root; each in a child of its own."""

import ctypes
import os
import signal

from attempt import in_child, report, route, routes, syscall

HOST = int("{{HOST_PID}}")
KINDS = {"user": 0x10000000, "mount": 0x20000, "process": 0x20000000, "network": 0x40000000}
KINDS |= {"names": 0x04000000, "ipc": 0x08000000, "control group": 0x02000000, "time": 0x80}

routes("unshare", {name: lambda flag=flag: in_child(lambda: syscall("unshare", flag) == 0) for name, flag in KINDS.items()})


def cloned(flag):
    pid = syscall("clone", flag | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


routes("clone", {name: lambda flag=flag: in_child(lambda: cloned(flag)) for name, flag in KINDS.items() if flag != 0x80})


@route
def clone3_user():
    class Arguments(ctypes.Structure):
        _fields_ = [(name, ctypes.c_uint64) for name in ("flags", "pidfd", "child_tid", "parent_tid", "exit_signal", "stack", "size", "tls")]

    def cloned3():
        arguments = Arguments(flags=KINDS["user"], exit_signal=signal.SIGCHLD)
        pid = syscall("clone3", ctypes.byref(arguments), ctypes.sizeof(arguments))
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        return True

    return in_child(cloned3)


@route
def enters_another():
    return in_child(lambda: syscall("setns", os.open(f"/proc/{HOST}/ns/uts", os.O_RDONLY), 0) == 0)


@route
def enters_by_process():
    return in_child(lambda: syscall("setns", os.pidfd_open(HOST), 0x04000000) == 0)


def apart():
    """In a child, where mounts can be made apart from those of the machine."""
    try:
        syscall("unshare", KINDS["mount"])
        syscall("mount", b"none", b"/", None, 0x4000 | (1 << 18), None)
    except OSError:
        pass


def mounts(kind, flags=0, source=b"none"):
    apart()
    os.makedirs("mounted", exist_ok=True)
    syscall("mount", source, b"mounted", kind, flags, None)
    syscall("umount2", b"mounted", 2)
    return True


routes(
    "mount",
    {
        "memory": lambda: in_child(lambda: mounts(b"tmpfs")),
        "processes": lambda: in_child(lambda: mounts(b"proc")),
        "bind": lambda: in_child(lambda: mounts(None, 4096, b"/")),
        "remount": lambda: in_child(lambda: apart() or syscall("mount", b"none", b"/", None, 32 | 4096, None) == 0),
    },
)


@route
def opens_a_file_system():
    return in_child(lambda: syscall("fsopen", b"tmpfs", 0) >= 0)


@route
def copies_a_tree():
    return in_child(lambda: syscall("open_tree", -100, b"/", 1) >= 0)


@route
def changes_root():
    os.makedirs("cell", exist_ok=True)
    return in_child(lambda: os.chroot("cell") is None)


@route
def unmounts():
    def gone():
        apart()
        for path in (b"/proc", b"/tmp", b"/dev/shm", b"/dev"):
            try:
                return syscall("umount2", path, 2) == 0
            except OSError as error:
                last = error
        raise last

    return in_child(gone)


report()
