"""Opens paths that are null, too long, full of format marks, or loops."""

import errno
import os

from attempt import LIBC, checked, refused, report, routes

os.symlink("loop", "loop")
PATHS = {
    "null": (None, errno.EFAULT),
    "nowhere": (8, errno.EFAULT),
    "long": (b"x/" * 5000, errno.ENAMETOOLONG),
    "long name": (b"x" * 300, errno.ENAMETOOLONG),
    "marks": (b"%s%n%p", errno.ENOENT),
    "empty": (b"", errno.ENOENT),
    "loop": (b"loop", errno.ELOOP),
}


def opens(path, expected):
    try:
        checked(LIBC.open(path, os.O_RDONLY))
    except OSError as error:
        if error.errno == expected:
            raise
    return "another errno"


routes("open", {name: lambda case=case: opens(*case) for name, case in PATHS.items()})
if not PATHS:
    raise refused("nothing to try")
report()
