"""Closes its standard input while ten megabytes are on their way."""

import os

os.read(0, 10)
os.close(0)
print("shut")
