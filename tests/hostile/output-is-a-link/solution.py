"""Leaves a link to a file of this machine where an output file is expected."""

import os

os.symlink("{{SECRET_OPEN}}", "out.txt")
print("shut")
