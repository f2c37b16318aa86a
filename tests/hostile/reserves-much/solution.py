"""Reserves 8 GB of address space without touching it."""

import mmap
import time

try:
    held = mmap.mmap(-1, 8 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0x4000))
except (OSError, MemoryError):
    held = None
# Long enough for the watcher to look.
time.sleep(0.1)
print("shut")
