"""Prints for ever, at most 300 MB."""

import os

for _ in range(300):
    os.write(1, b"x" * 1_000_000)
