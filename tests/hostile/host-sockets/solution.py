"""Connects to sockets of this machine by their abstract name and by their path."""

import os
import socket

from attempt import report, route


def connects(address):
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(1)
        return caller.connect(address) is None


@route
def abstract():
    return connects("\0{{ABSTRACT}}")


@route
def path():
    return connects("{{UNIX_PATH}}")


@route
def path_by_link():
    os.symlink("{{UNIX_PATH}}", "link")
    return connects("link")


report()
