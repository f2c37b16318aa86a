"""Gives back what it is given."""

import sys


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *args, **kwargs: args[0] if args else None


if __name__ == "__main__":
    sys.stdout.write(sys.stdin.read())
