"""Asks for real-time scheduling and a higher priority."""

import os

from attempt import in_child, report, route, syscall


@route
def niceness():
    return in_child(lambda: os.nice(-5) < 0)


@route
def first_in_first_out():
    return in_child(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)) is None)


@route
def round_robin():
    return in_child(lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)) is None)


@route
def real_time_disk():
    return in_child(lambda: syscall("ioprio_set", 1, 0, 1 << 13) == 0)


@route
def priority_of_the_parent():
    return os.setpriority(os.PRIO_PROCESS, os.getppid(), os.getpriority(os.PRIO_PROCESS, os.getppid()) - 1) is None


report()
