"""Prints without end, on both streams."""

import sys

BLOCK = "all passed\n" * 1000

while True:
    for stream in (sys.stdout, sys.stderr):
        stream.write(BLOCK)
        stream.flush()
