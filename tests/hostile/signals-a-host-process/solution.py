"""Signals a process outside."""

import os
import signal

from attempt import report, route, syscall

HOST = int("{{HOST_PID}}")


@route
def kill():
    return os.kill(HOST, 0) is None


@route
def continues():
    return os.kill(HOST, signal.SIGCONT) is None


@route
def by_descriptor():
    pidfd = os.pidfd_open(HOST)
    return syscall("pidfd_send_signal", pidfd, signal.SIGCONT, None, 0) == 0


@route
def priority():
    return os.getpriority(os.PRIO_PROCESS, HOST) is not None


@route
def session():
    return os.getsid(HOST) is not None


report()
