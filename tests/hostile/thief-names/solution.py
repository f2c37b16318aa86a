"""Looks at its arguments, environment, host name, folders and own name for anything of the case."""

import os
import platform
import socket
import sys

from hunt import first, read


def names():
    yield sys.argv
    yield dict(os.environ)
    yield [os.getcwd(), __file__, os.path.abspath(__file__), sys.executable, sys.path]
    yield [socket.gethostname(), platform.node(), os.uname()]
    yield read("/proc/self/comm")
    yield read("/proc/self/cgroup")
    yield read("/proc/self/mountinfo")


print(first(names))
