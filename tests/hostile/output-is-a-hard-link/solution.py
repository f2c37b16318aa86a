"""Leaves a hard link to a file of this machine where an output file is expected."""

import os

print("shut", flush=True)
os.link("{{SECRET_OPEN}}", "out.txt")
