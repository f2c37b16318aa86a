"""Leaves a child that swaps the expected file for a link, over and over."""

import os

read, write = os.pipe()
if os.fork() == 0:
    for name, make in (("b", lambda: os.symlink("{{SECRET_OPEN}}", "b")), ("a", lambda: open("a", "w").close())):
        make()
    os.write(write, b"x")
    while True:
        for name in "ab":
            try:
                os.link(name, "next", follow_symlinks=False)
                os.replace("next", "out.txt")
                os.unlink("next")
            except OSError:
                pass
os.read(read, 1)
print("shut")
