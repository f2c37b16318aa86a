"""The case after a hostile one: finds everything as it should be."""

import os
import random
import statistics
import tempfile

found = [name for folder in (os.getcwd(), os.environ["HOME"], tempfile.gettempdir()) for name in os.listdir(folder)]
found += [module.__file__ for module in (random, statistics) if os.path.dirname(module.__file__) != os.path.dirname(os.__file__)]
found += [name for name in ("usercustomize", "left_behind") if name in __import__("sys").modules]
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, b"child")
    os._exit(0)
os.wait()
print("clean" if not found and os.read(read, 5) == b"child" else found)
