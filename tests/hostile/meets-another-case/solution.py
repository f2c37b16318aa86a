"""Meets another case that runs at the same time: by a port, by an abstract name, by a path."""

import os
import select
import socket
import time

from attempt import report, routes

PORT = int("{{HOST_PORT}}") ^ 1
MARK = "{{MARK}}"
UNTIL = time.monotonic() + 2.0

PLACES = {
    "port": (socket.AF_INET, ("127.0.0.1", PORT)),
    "abstract name": (socket.AF_UNIX, f"\0meet-{MARK}"),
    "path": (socket.AF_UNIX, f"/tmp/meet-{MARK}"),
    "shared memory folder": (socket.AF_UNIX, f"/dev/shm/meet-{MARK}"),
}
listening = {}
failed = {}
for name, (family, address) in PLACES.items():
    try:
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        listening[name] = listener
    except OSError as error:
        failed[name] = error


def connects(name):
    family, address = PLACES[name]
    if name in listening:
        # The first: waits for the second one to call.
        ready, _, _ = select.select([listening[name]], [], [], max(0.0, UNTIL - time.monotonic()))
        if isinstance(address, str) and address.startswith("/"):
            os.unlink(address)
        return bool(ready)
    if failed[name].errno != 98:
        raise failed[name]
    with socket.socket(family) as caller:
        caller.settimeout(1)
        return caller.connect(address) is None


routes("by", {name: lambda name=name: connects(name) for name in PLACES})
report()
