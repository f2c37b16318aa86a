"""Looks who and where it is: user, process, session, host name, terminal."""

import os
import socket

from attempt import report, route


@route
def root():
    return 0 in os.getresuid() + os.getresgid()


@route
def groups():
    return 0 in os.getgroups()


@route
def first_process():
    return os.getpid() == 1


@route
def many_processes():
    return os.getpid() > 100


@route
def host_name():
    return socket.gethostname() == "{{HOST_NAME}}"


@route
def terminal():
    os.close(os.open("/dev/tty", os.O_RDWR))
    return True


report()
