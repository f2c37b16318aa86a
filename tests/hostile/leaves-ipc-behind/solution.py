"""Leaves shared memory, a semaphore, and queues behind for the next case, which removes what it finds."""

import errno
import os

from attempt import report, route, syscall

KEY = int("{{SHM_KEY}}") ^ 0x5555
CREATE = 0o1000 | 0o2000 | 0o666


def left(make, remove):
    try:
        make()
    except OSError as error:
        if error.errno != errno.EEXIST:
            raise
        remove()
        return True
    return False


@route
def shared_memory():
    return left(
        lambda: syscall("shmget", KEY, 4096, CREATE),
        lambda: syscall("shmctl", syscall("shmget", KEY, 0, 0), 0, None),
    )


@route
def semaphore():
    return left(
        lambda: syscall("semget", KEY, 1, CREATE),
        lambda: syscall("semctl", syscall("semget", KEY, 0, 0), 0, 0),
    )


@route
def queue():
    return left(
        lambda: syscall("msgget", KEY, CREATE),
        lambda: syscall("msgctl", syscall("msgget", KEY, 0), 0, None),
    )


@route
def named_queue():
    name = b"left-%d" % KEY
    return left(
        lambda: syscall("mq_open", name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666, None),
        lambda: syscall("mq_unlink", name),
    )


report()
