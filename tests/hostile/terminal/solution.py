"""Types into a terminal: its own, the machine's, a new one."""

import fcntl
import os
import termios

from attempt import in_child, report, route, routes


def opened(path):
    os.close(os.open(path, os.O_RDWR | os.O_NOCTTY))
    return True


routes("opens", {path: lambda path=path: opened(path) for path in ("/dev/tty", "/dev/console", "/dev/tty0", "/dev/tty1", "/dev/vcs", "/dev/pts/0")})
routes(
    "types into",
    {str(fd): lambda fd=fd: fcntl.ioctl(fd, termios.TIOCSTI, b"x") is not None for fd in range(3)},
)


@route
def types_into_a_new_one():
    def typed():
        os.setsid()
        _, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        return fcntl.ioctl(slave, termios.TIOCSTI, b"x") is not None

    return in_child(typed)


report()
