"""Looks at what is mounted."""

import os
import tempfile

from attempt import report, route

OWN = [os.getcwd(), os.environ["HOME"], tempfile.gettempdir(), "/dev/shm", "/proc"]


def mounts():
    """Where, and with which options: of the mount itself and of what is mounted."""
    with open("/proc/self/mountinfo") as file:
        for line in file:
            before, after = line.split(" - ")
            words = before.split()
            yield words[4].replace("\\040", " "), set(words[5].split(",")), set(after.split()[2].split(","))


def own(path):
    return any(path == one or one.startswith(path.rstrip("/") + "/") and path != "/" for one in OWN)


@route
def writable():
    return [where for where, options, below in mounts() if "rw" in options and "rw" in below and not own(where)]


@route
def set_user_id():
    return [where for where, options, _ in mounts() if "nosuid" not in options]


@route
def devices():
    allowed = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
    return [where for where, options, _ in mounts() if "nodev" not in options and where not in allowed]


@route
def by_statistics():
    barred = os.ST_NOSUID
    return [path for path in ("/", "/usr", os.getcwd(), tempfile.gettempdir()) if os.path.exists(path) and not os.statvfs(path).f_flag & barred]


@route
def written_at_the_top():
    return not os.statvfs("/").f_flag & os.ST_RDONLY


report()
