"""Touches memory until it is stopped, at most 300 MB."""

import time

held = []
for _ in range(300):
    held.append(b"x" * 1_000_000)
print("open: 300 MB", flush=True)
time.sleep(5)
