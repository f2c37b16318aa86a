"""What the thieves share: they know the form of the expected value, and look for anything of that form."""

import os
import re
import stat
import sys

TOKEN = re.compile(rb"TOKEN_[0-9a-f]{16}")


def tokens(data):
    """Everything of that form in bytes, or in what a thing is as text."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        data = str(data).encode("utf-8", "replace")
    return [found.decode() for found in TOKEN.findall(data)]


def read(path, most=1 << 20):
    """What a file holds. Nothing of a pipe or a device: outside a wall that would take another's words from it."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        return os.read(fd, most) if stat.S_ISREG(os.fstat(fd).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(fd)


def walk(top, most=3000):
    """The files below a folder, and their names; of each folder only some, since without a wall another program may be filling
    it just now."""
    count = 0
    for folder, folders, files in os.walk(top):
        del files[300:]
        for name in folders + files:
            yield name.encode("utf-8", "surrogateescape")
        for name in files:
            count += 1
            if count > most:
                return
            yield read(os.path.join(folder, name))


def first(*searches):
    """The first token that one of the searches comes across, or `nothing`."""
    for search in searches:
        try:
            for data in search():
                for token in tokens(data):
                    print(f"{search.__name__}: found", file=sys.stderr)
                    return token
        except OSError as error:
            print(f"{search.__name__}: {error}", file=sys.stderr)
    return "nothing"
