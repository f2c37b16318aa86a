"""Runs a command, and tells what it left: whoever loses its parent below here becomes a child of this process.

    keeper.py REPORT KEY TEXT USER COMMAND...

For as long as the command runs there are shared memory that holds TEXT, semaphores and a queue under KEY, for everybody.
USER is the number of who runs the command, or `-`. REPORT gets a JSON list of the processes that are left, and they are
killed: none but what the command started is below this process.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
IPC_CREAT, IPC_EXCL, IPC_RMID = 0o1000, 0o2000, 0
# A supervisor that was told to end is given this long.
GRACE = 2.0
# A command that takes longer hangs: it is killed, and told as left.
MOST = 240.0


def checked(result):
    if result in (-1, ctypes.c_void_p(-1).value):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def children():
    found = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/children") as file:
            found += [int(word) for word in file.read().split()]
    return found


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def left():
    until = time.monotonic() + GRACE
    found = {}
    while True:
        reap()
        alive = children()
        if not alive:
            return list(found.values())
        rest = until - time.monotonic()
        if rest > 0:
            ended = os.pidfd_open(alive[0])
            select.select([ended], [], [], rest)
            os.close(ended)
            continue
        for pid in alive:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                found[pid] = f"{pid}: {file.read().decode(errors='replace')}"
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def main():
    report, key, text, user, *command = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    checked(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
    flags = IPC_CREAT | IPC_EXCL | 0o666
    segment = checked(libc.shmget(int(key), 4096, flags))
    try:
        ctypes.memmove(checked(libc.shmat(segment, None, 0)), text.encode(), len(text))
        semaphores = checked(libc.semget(int(key), 1, flags))
        queue = checked(libc.msgget(int(key), flags))
        who = {} if user == "-" else {"user": int(user), "group": int(user), "extra_groups": []}
        running = subprocess.Popen(command, **who)
        try:
            code = running.wait(MOST)
            hung = []
        except subprocess.TimeoutExpired:
            running.kill()
            code = running.wait()
            hung = [f"{running.pid}: did not end within {MOST:.0f} s"]
        libc.semctl(semaphores, 0, IPC_RMID, 0)
        libc.msgctl(queue, IPC_RMID, None)
    finally:
        libc.shmctl(segment, IPC_RMID, None)
    with open(report, "w") as file:
        json.dump(hung + left(), file)
    # A signal as a shell tells it.
    sys.exit(code if code >= 0 else 128 - code)


main()
