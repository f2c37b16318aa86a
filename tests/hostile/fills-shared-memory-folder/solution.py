"""Writes 200 MB into the folder for shared memory."""

import os
import uuid

from attempt import report, route


@route
def dev_shm():
    made = []
    try:
        for _ in range(40):
            path = f"/dev/shm/fill-{uuid.uuid4().hex}"
            with open(path, "xb") as file:
                made.append(path)
                file.write(bytes(5_000_000))
        return True
    finally:
        for path in made:
            os.unlink(path)


report()
