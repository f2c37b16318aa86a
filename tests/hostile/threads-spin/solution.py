"""Burns processor time in native code on four threads at once."""

import hashlib
import threading


def burn():
    data = bytes(10_000_000)
    while True:
        hashlib.sha256(data)


for _ in range(4):
    threading.Thread(target=burn).start()
