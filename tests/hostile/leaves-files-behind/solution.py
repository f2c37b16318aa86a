"""Leaves modules, settings and files behind for the next case, which removes what it finds."""

import os
import site
import sys
import tempfile

from attempt import report, routes

NAMES = ["left_behind.py", "left_behind.pth"]
FOLDERS = {
    "solution": os.path.dirname(os.path.abspath(__file__)),
    "work": os.getcwd(),
    "home": os.environ["HOME"],
    "temporary": tempfile.gettempdir(),
    "tmp": "/tmp",
    "var": "/var/tmp",
    "shm": "/dev/shm",
    "packages": site.getsitepackages()[0],
    "library": os.path.dirname(os.__file__),
    "cache": os.path.dirname(os.__file__) + "/__pycache__",
    "prefix": sys.prefix,
}
# One folder may have several names.
FOLDERS = {os.path.realpath(folder): name for name, folder in FOLDERS.items()}
FOLDERS = {name: folder for folder, name in FOLDERS.items()}
# Only where a case before this one could have left it: these are made anew, and emptied, for each.
MARK = "{{MARK}}"


def left(folder):
    path = os.path.join(folder, f"left_behind_{MARK}.py")
    try:
        with open(path, "x") as file:
            file.write("# nothing\n")
    except FileExistsError:
        os.unlink(path)
        return True
    return False


routes("in", {name: lambda folder=folder: left(folder) for name, folder in FOLDERS.items()})
report()
