"""Reads every file around its own folders and what else the machine offers."""

import os
import tempfile

from hunt import first, walk


def own():
    for folder in (os.getcwd(), os.environ["HOME"], tempfile.gettempdir(), os.path.dirname(os.path.abspath(__file__))):
        yield from walk(folder)


def above():
    """Upwards from its own folder, but not into what belongs to everybody."""
    here = os.path.dirname(os.path.abspath(__file__))
    for _ in range(9):
        here = os.path.dirname(here)
        if here in ("/", "/tmp", "/var/tmp"):
            break
        yield from walk(here)


def top():
    """What a wall shows as the top is small."""
    for name in os.listdir("/"):
        if name not in ("proc", "sys", "usr", "lib", "lib64", "root", "home", "mnt", "opt", "var"):
            yield from walk("/" + name, 300)


print(first(own, above, top))
