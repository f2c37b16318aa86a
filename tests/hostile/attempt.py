"""What the hostile programs share: each tries its routes and tells which ones are open."""

import ctypes
import errno
import os
import platform
import sys
import traceback

LIBC = ctypes.CDLL(None, use_errno=True)

# Of x86_64 and of every later architecture.
NUMBERS = {
    "acct": (163, 89), "add_key": (248, 217), "bpf": (321, 280), "capget": (125, 90), "capset": (126, 91),
    "chroot": (161, 51), "clock_settime": (227, 112), "clone": (56, 220), "clone3": (435, 435),
    "delete_module": (176, 106), "fanotify_init": (300, 262), "finit_module": (313, 273), "fsopen": (430, 430),
    "init_module": (175, 105), "io_uring_setup": (425, 425), "ioprio_set": (251, 30), "kcmp": (312, 272),
    "kexec_file_load": (320, 294), "kexec_load": (246, 104), "keyctl": (250, 219), "memfd_create": (319, 279),
    "mount": (165, 40), "move_mount": (429, 429), "move_pages": (279, 239), "mq_open": (240, 180),
    "mq_unlink": (241, 181), "msgctl": (71, 187), "msgget": (68, 186), "msgsnd": (69, 189),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "open_tree": (428, 428),
    "perf_event_open": (298, 241), "personality": (135, 92), "pidfd_getfd": (438, 438), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pivot_root": (155, 41), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60), "reboot": (169, 142),
    "request_key": (249, 218), "semctl": (66, 191), "semget": (64, 190), "setns": (308, 268),
    "settimeofday": (164, 170), "shmat": (30, 196), "shmctl": (31, 195), "shmget": (29, 194), "swapoff": (168, 225),
    "swapon": (167, 224), "syslog": (103, 116), "umount2": (166, 39), "unshare": (272, 97),
    "userfaultfd": (323, 282),
}  # fmt: skip

REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS}

_routes = []


def route(function):
    """A way to the forbidden thing: raises OSError when it is refused, returns something true when it is open."""
    _routes.append(function)
    return function


def routes(name, cases):
    """Many ways of one kind: `cases` gives each a name and a function."""
    for label, function in cases.items():
        function.__name__ = f"{name} {label}"
        _routes.append(function)


def report():
    """Tries every route; prints `shut`, or the routes that are open."""
    found, broken = [], []
    for function in _routes:
        name = function.__name__.replace("_", " ").strip()
        try:
            result = function()
        except OSError as error:
            print(f"{name}: {errno.errorcode.get(error.errno, error)}", file=sys.stderr)
            continue
        except Exception:
            traceback.print_exc()
            broken.append(name)
            continue
        print(f"{name}: {result!r:.300}", file=sys.stderr)
        if result:
            found.append(name)
    if broken:
        print("broken:", ", ".join(broken))
    else:
        print("open: " + ", ".join(found) if found else "shut")
    sys.stdout.flush()


def refused(reason):
    """For a route that finds itself shut in another way than by an errno."""
    return OSError(reason)


def checked(result):
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def syscall(name, *arguments):
    """A call of the kernel by name; raises OSError."""
    number = NUMBERS[name][0 if platform.machine() == "x86_64" else 1]
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return checked(LIBC.syscall(ctypes.c_long(number), *words))


def reached(name, *arguments):
    """Whether the kernel got as far as looking at the arguments, which are wrong on purpose."""
    try:
        syscall(name, *arguments)
    except OSError as error:
        if error.errno in REFUSALS:
            raise
        print(f"{name}: looked at: {errno.errorcode[error.errno]}", file=sys.stderr)
    return True


def in_child(function):
    """What `function` gives in a child process, so that what it does to itself stays there."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            answer = b"open" if function() else b"nothing"
        except OSError as error:
            answer = str(error.errno or 0).encode()
        except BaseException:
            traceback.print_exc()
            answer = b"broken"
        os.write(write, answer)
        os._exit(0)
    os.close(write)
    answer = b""
    while data := os.read(read, 100):
        answer += data
    os.close(read)
    os.waitpid(pid, 0)
    if answer in (b"open", b"nothing"):
        return answer == b"open"
    if answer.isdigit():
        raise OSError(int(answer), os.strerror(int(answer)))
    if answer == b"broken":
        raise RuntimeError("the child failed")
    raise refused("the child was killed")
