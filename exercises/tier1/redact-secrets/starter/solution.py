"""Redact secrets in a log: python solution.py VARIABLE ... < app.log > clean.log"""

import sys


def redact(line: str, values: list[str]) -> str:
    """The line with its secrets masked; `values` are secrets that are known word for word."""
    raise NotImplementedError


def main(variables: list[str]) -> int:
    """Copy the log from stdin to stdout without its secrets."""
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
