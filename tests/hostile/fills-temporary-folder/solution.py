"""Writes 200 MB into the folders for temporary files."""

import os
import tempfile
import uuid

from attempt import report, route


def fill(folder):
    made = []
    try:
        for _ in range(40):
            path = os.path.join(folder, f"fill-{uuid.uuid4().hex}")
            with open(path, "xb") as file:
                made.append(path)
                file.write(bytes(5_000_000))
        return True
    finally:
        for path in made:
            os.unlink(path)


@route
def tmpdir():
    return fill(tempfile.gettempdir())


@route
def home():
    return fill(os.environ["HOME"])


@route
def tmp():
    return fill("/tmp")


@route
def var_tmp():
    return fill("/var/tmp")


report()
