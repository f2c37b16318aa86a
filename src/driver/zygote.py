"""A warm interpreter: loads modules once, then forks a process for each case.

    start.py warm MODULE...

Three generations, each a fork of the one before:

- the *zygote* loads the modules and takes admissions on descriptor 3, one a slot;
- a *nest* has entered the user namespace and the control groups of its slot, and takes cases on the slot's socket;
- a *program* enters the namespaces of its case, gives up everything, and runs the learner's code.

Before that a fork of the zygote *rehearses*: it has samples of ours run as programs do, to find out which memory all programs
write to. A nest *pins* that (`pinning.py`).

Only the program ever runs code that is not ours or the locked packages'. Nothing here knows an expected value.
"""

import contextlib
import ctypes
import functools
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
import warnings

import call  # noqa: F401, what `case` runs a call with
import case
import pinning
import warmup

CHANNEL = 3
REQUESTS = 3
# After so long, or so many nests, the zygote ends, and the next admission starts a new one.
MOST_AGE = 1800.0
MOST_NESTS = 256
LONGEST_TEST = 10
LONGEST_REHEARSAL = 2

# How many of them a case has descriptors for: the first is the one that it is born into.
NAMESPACES = 6
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_NO_NEW_PRIVS = 38
# SECBIT_NOROOT and SECBIT_NO_SETUID_FIXUP, each with its lock.
SECUREBITS = 0b1111
LAST_CAPABILITY = 63
SECCOMP_SET_MODE_FILTER = 1
EINVAL = 22
# Descriptors from here on are free in a program that is about to enter its wall.
SPARE = 64

MACHINE = os.uname().machine
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}.get(MACHINE)
SYS_SECCOMP = {"x86_64": 317, "aarch64": 277}.get(MACHINE)
SYS_LANDLOCK_RESTRICT_SELF = 446
SYS_CLOSE_RANGE = 436

libc = ctypes.CDLL(None, use_errno=True)
libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
# Unlike `os.fork`, nothing but the fork: the interpreter's own repairs are for processes with threads, and the hooks of
# libraries (`random` takes a new seed, `logging` new locks) for programs that expect to go on in both. That touches 200
# pages, each of which is copied.
fork = ctypes.PyDLL(None, use_errno=True).fork
decode = json.JSONDecoder().scan_once
main_thread = threading.main_thread()


def system_call(number: int | None, *types):
    """That system call as a function of arguments of these types."""
    function = libc["syscall"]
    function.argtypes = (ctypes.c_long, *types)
    return functools.partial(function, number)


no_capabilities = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
capset = system_call(SYS_CAPSET, ctypes.c_void_p, ctypes.c_void_p)
seccomp = system_call(SYS_SECCOMP, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p)
restrict_self = system_call(SYS_LANDLOCK_RESTRICT_SELF, ctypes.c_int, ctypes.c_uint32)
close_range = system_call(SYS_CLOSE_RANGE, ctypes.c_uint, ctypes.c_uint, ctypes.c_uint)


def check(result: int, what: str) -> int:
    if result < 0:
        errno = ctypes.get_errno()
        raise OSError(errno, f"{what}: {os.strerror(errno)}")
    return result


def prctl(option: int, value: int = 0) -> None:
    check(libc.prctl(option, value, 0, 0, 0), "prctl")


class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_void_p)]


def send(to: socket.socket, message: dict) -> None:
    data = json.dumps(message).encode()
    to.sendall(len(data).to_bytes(8, "little") + data)


def threads() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("Threads:"))


def loaded() -> list[str]:
    """The names of loaded modules, without what is inside packages."""
    return sorted({name.partition(".")[0] for name in sys.modules} - {"__main__"})


def anonymous() -> int:
    """Memory of this process that is no file's, in bytes."""
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return sum(int(fields.get(name, "0 kB").split()[0]) for name in ("RssAnon", "RssShmem")) * 1024


def compute() -> None:
    """What hangs in a fork if a library had threads of its own before it."""
    if numpy := sys.modules.get("numpy"):
        ones = numpy.ones((64, 64))
        assert (ones @ ones)[0, 0] == 64.0
    if torch := sys.modules.get("torch"):
        ones = torch.ones((64, 64))
        assert (ones @ ones)[0, 0].item() == 64.0


def tested() -> str | None:
    """Tries a fork out: what is wrong with it, if anything is."""
    if threads() != 1:
        return f"the preloaded modules started {threads() - 1} threads"
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            compute()
            status = 0
        finally:
            os._exit(status)
    status = ended(pid, LONGEST_TEST)
    if status is None:
        return f"a fork of it did not compute a matrix product within {LONGEST_TEST} s"
    return None if status == 0 else "a fork of it could not compute a matrix product"


def ended(pid: int, seconds: int) -> int | None:
    """Waits for the end of a child: its status, or `None` if it had to be killed."""
    handle = os.pidfd_open(pid)
    by_itself, _, _ = select.select([handle], [], [], seconds)
    os.close(handle)
    if not by_itself:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return status if by_itself else None


def preload(modules: list[str]) -> str | None:
    """Loads the modules: what is wrong, if anything is."""
    ours = [sys.modules[name] for name in case.OWN_MODULES if name in sys.modules]
    warmup.reserve(modules)
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException as error:
            return f"`{name}` could not be loaded: {type(error).__name__}: {error}"
    if weakref := sys.modules.get("weakref"):
        # What libraries would tidy up at their own exit, such as each operator of torch, ends with the process.
        for finalizer in list(weakref.finalize._registry):
            finalizer.atexit = False
    # Another version of a library may do it in another way; a program finds that out for itself.
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warmup.use(modules, ours)
    return tested()


def no_more_capabilities() -> None:
    """Nothing that is executed from here on can gain any."""
    for capability in range(LAST_CAPABILITY + 1):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            if ctypes.get_errno() != EINVAL:
                raise OSError(ctypes.get_errno(), "prctl(PR_CAPBSET_DROP)")
            break
    prctl(PR_SET_SECUREBITS, SECUREBITS)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def admit(admission: dict, namespace: int, groups: list[int]) -> set[int] | None:
    """Makes this process the nest of a slot: which processors are to be given back to its programs."""
    for group in groups:
        os.write(group, b"0")
        os.close(group)
    check(libc.setns(namespace, CLONE_NEWUSER), "setns(CLONE_NEWUSER)")
    os.close(namespace)
    everywhere = None
    if (processor := admission["processor"]) is not None:
        everywhere = os.sched_getaffinity(0)
        stay_on([processor])
    user = admission["user"]
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    # The change of users took it away, and with it the right to a program's own files in /proc.
    prctl(PR_SET_DUMPABLE, 1)
    no_more_capabilities()
    return everywhere


def stay_on(processors) -> None:
    """Has this process run on these processors, if there still is one of them."""
    try:
        os.sched_setaffinity(0, processors)
    except OSError:
        pass


def serve(slot: socket.socket, program: Filter, processors: set[int] | None) -> dict:
    """In a nest: forks a program for each case. Returns in the program only, with what it is to run."""
    while True:
        # What the nest made is not the program's. Nor are places to be free all over its memory, which a program would fill.
        gc.collect()
        gc.freeze()
        header, handed, _, _ = socket.recv_fds(slot, 8, 16)
        if len(header) < 8:
            pinning.unpin()
            os._exit(0)  # the slot is gone, or wants a new one
        data = bytearray(int.from_bytes(header, "little"))
        left = memoryview(data)
        while left:
            left = left[slot.recv_into(left) or os._exit(0) :]
        steps = [("nest: taken", time.monotonic_ns())]
        check(libc.setns(handed[0], CLONE_NEWPID), "setns(CLONE_NEWPID)")
        standing, told = os.pipe()
        pid = check(fork(), "fork")
        if pid == 0:
            try:
                main_thread._native_id = os.getpid()
                slot.detach()  # closed with all others, and not missed when our frames go
                # Read only here: what is read leaves traces in memory, which later programs would inherit.
                start, _ = decode(data.decode(), 0)
                enter(start, handed, program, processors, told)
                return start
            except BaseException as error:
                os.write(told, f"{type(error).__name__}: {error}".encode())
                os._exit(1)
        data[:] = bytes(len(data))
        for fd in (told, *handed):
            os.close(fd)
        _, status, used = os.wait4(pid, 0)
        # A dot: the wall stood, and what came then was the learner's. Nobody else has the other end.
        said = os.read(standing, 1000)
        os.close(standing)
        answer = {"status": status, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss * 1024}
        if said[:1] != b".":
            answer["fault"] = said.decode("utf-8", "replace")
        elif said[1:]:
            answer["steps"] = [*steps, *json.loads(said[1:]), ("ended", time.monotonic_ns())]
        send(slot, answer)


def enter(start: dict, handed: list[int], program: Filter, processors: set[int] | None, told: int) -> None:
    """Puts this process behind the wall. `src/sandbox/confine.rs` does the same for a cold program."""
    _, *namespaces, rules = handed[: NAMESPACES + 1]
    streams = handed[NAMESPACES + 1 :]
    steps = [("born", time.monotonic_ns())]
    os.setsid()
    for namespace in namespaces:
        check(libc.setns(namespace, 0), "setns")
    steps.append(("namespaces", time.monotonic_ns()))
    if processors is not None:
        stay_on(processors)
    os.chdir(start["work"])
    # The descriptors may stand in each other's way: first all out of it, then each to its place.
    told, rules, *streams = [os.dup2(fd, SPARE + index) for index, fd in enumerate([told, rules, *streams])]
    for number, fd in enumerate(streams):
        os.dup2(fd, number)
    for number, value in start["limits"]:
        resource.setrlimit(number, (value, value))
    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(score, b"1000")  # want of memory is to kill this process, not the nest
    os.close(score)
    steps.append(("streams, limits of it", time.monotonic_ns()))
    check(capset(*no_capabilities), "capset")
    check(restrict_self(rules, 0), "landlock_restrict_self")
    steps.append(("Landlock", time.monotonic_ns()))
    last = CHANNEL if len(streams) == 4 else 2
    for first, end in ((last + 1, told - 1), (told + 1, 0xFFFFFFFF)):
        check(close_range(first, end, 0), "close_range")
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_DUMPABLE, 0)
    check(seccomp(SECCOMP_SET_MODE_FILTER, 0, ctypes.byref(program)), "seccomp")
    steps.append(("seccomp", time.monotonic_ns()))
    os.write(told, b"." + (json.dumps(steps).encode() if start["steps"] else b""))
    os.close(told)
    if start["env"] is not None:
        os.environ.clear()
        os.environ.update(start["env"])


def rehearse(modules: list[str], written: int) -> dict:
    """In a fork of the zygote that ends here: forks samples of programs, one after the other, and writes to the file `written`
    which memory all of them wrote to. Returns in a sample only, with what it is to run."""
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        areas = sorted((area for area in warmup.areas() if area.rights == "rw-p"), key=lambda area: area.inode != "0")
        memory = [(area.first, area.end) for area in areas]
        for program in warmup.programs(modules):
            sample, told = os.memfd_create("sample"), os.memfd_create("told")
            os.write(sample, program.encode())
            gc.collect()
            gc.freeze()
            if check(fork(), "fork") == 0:
                return become_sample(sample, memory, told)
            os.wait()
            memory = pinning.told(told)
            os.close(sample)
            os.close(told)
        pinning.tell(memory, written)
        os._exit(0)
    except BaseException:
        os._exit(1)  # cases are slower, and that is all


def become_sample(sample: int, memory: list[tuple[int, int]], told: int) -> dict:
    """Does all that a program does until its first line, and has the last thing that it does be to write to the file
    `told` which of this memory is not shared any more."""
    global check, close_range
    pagemap, end = os.open("/proc/self/pagemap", os.O_RDONLY), os._exit

    def tell_and_end(code: int) -> None:
        try:
            pinning.tell(pinning.own(memory, pagemap), told)
        finally:
            end(code)

    os._exit = tell_and_end
    # What it may not do of the way behind the wall, it does in vain.
    check, close_range = (lambda result, what: result), (lambda *_: 0)
    place = {"work": "/", "folder": "/proc/self/fd", "entry": str(sample)}
    start = {"kind": "script", "args": [], "env": None, "seed": 0, "steps": False, "limits": [], **place}
    start, _ = decode(json.dumps(start), 0)
    main_thread._native_id = os.getpid()
    orders, null = os.memfd_create("orders"), os.open("/dev/null", os.O_RDWR)
    os.pwrite(orders, warmup.ORDERS.encode(), 0)
    handed = [null] * (NAMESPACES + 1) + [orders, null, null]
    enter(start, handed, Filter(0, None), os.sched_getaffinity(0), os.pipe()[1])
    return start


def nest(requests: socket.socket, written: int, problem: str | None) -> dict:
    """In the zygote: forks a nest for each slot, which pins the memory that the file `written` names. Returns in a program only."""
    started, nests = time.monotonic(), 0
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a nest that ends is nobody's concern
    pinning_ends, pins = os.pipe()
    while nests < MOST_NESTS and time.monotonic() - started < MOST_AGE:
        request, handed, _, _ = socket.recv_fds(requests, 65536, 16)
        if not request:
            os._exit(0)
        slot = socket.socket(fileno=handed[0])
        if problem is not None:
            try:
                send(slot, {"error": problem})
            except OSError:
                pass  # a slot that has gone wants no reason
        else:
            nests += 1
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                requests.close()
                try:
                    admission = json.loads(request)
                    processors = admit(admission, handed[1], handed[2:])
                    pinned = pinning.pin(pinning.told(written))
                    os.close(pins)
                    os.close(pinning_ends)
                    send(slot, {"anonymous": anonymous(), "pinned": pinned, "modules": loaded()})
                    instructions = ctypes.create_string_buffer(bytes.fromhex(admission["filter"]))
                    return serve(slot, Filter(len(instructions) // 8, ctypes.addressof(instructions)), processors)
                except BaseException as error:
                    try:
                        send(slot, {"error": f"{type(error).__name__}: {error}"})
                    finally:
                        os._exit(1)
        slot.close()
        for fd in handed[1:]:
            os.close(fd)
    # Without it huge pages could be a nest's alone, and would be pinned, and copied, as a whole.
    os.close(pins)
    os.read(pinning_ends, 1)
    os._exit(0)


def main() -> None:
    modules = sys.argv[2:]
    problem = preload(modules)
    requests = socket.socket(fileno=REQUESTS)
    gc.collect()
    gc.freeze()
    warmup.join()
    case.baseline()
    written = os.memfd_create("written")
    rehearsal = fork() if problem is None else -1
    if rehearsal == 0:
        start = rehearse(modules, written)
    else:
        warmup.collapse()
        with contextlib.suppress(OSError):
            warmup.enlarge_code()
        if rehearsal > 0:
            ended(rehearsal, LONGEST_REHEARSAL)
        # What is there before programs is not theirs to free, which touches it.
        del modules[:], sys.argv[1:], sys.orig_argv[1:]
        start = nest(requests, written, problem)
    case.run(start["kind"], start["folder"], start["entry"], start["args"], start["seed"])
