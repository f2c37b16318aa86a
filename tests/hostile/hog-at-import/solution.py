"""Passes the memory limit while it is imported, before anything is called."""

import time

HELD = [b"x" * 1_000_000 for _ in range(300)]
time.sleep(5)


def f(values):
    return values
