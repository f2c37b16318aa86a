"""Adds and looks for keys, which the kernel would keep for a later case."""

from attempt import in_child, reached, report, route, syscall

PROCESS = -2


@route
def add():
    return in_child(lambda: syscall("add_key", b"user", b"hostile", b"x", 1, PROCESS) > 0)


@route
def join():
    return in_child(lambda: syscall("keyctl", 1, None) > 0)


@route
def ring_of_the_user():
    return in_child(lambda: syscall("keyctl", 0, -4, 0) > 0)


@route
def request():
    return in_child(lambda: reached("request_key", b"user", b"no-such-key-here", None, 0))


report()
