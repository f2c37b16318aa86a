"""Puts a link to folders of the system in the place of its work folder."""

import os

work = os.getcwd()
print("shut", flush=True)
os.rename(work, work + "-elsewhere")
os.symlink("/proc/self", work)
