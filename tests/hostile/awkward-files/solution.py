"""Leaves folders a thousand deep, longest names, names that are no text, and modes that forbid all."""

import os

start = os.open(".", os.O_RDONLY)
os.makedirs("locked/inside")
for name in (b"n" * 255, b"caf\xe9", b"two\nlines", b"\x1b[2J", b"-rf", b" "):
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
for _ in range(1000):
    os.mkdir("d" * 50)
    os.chdir("d" * 50)
os.fchdir(start)
os.chmod("locked/inside", 0)
os.chmod("locked", 0)
os.chmod(".", 0)
print("shut")
