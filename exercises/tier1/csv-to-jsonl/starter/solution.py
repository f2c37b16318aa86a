"""Typed JSONL from a CSV of labelled examples: python solution.py FILE COLUMN=TYPE ..."""

import sys


def read_cell(cell: str, kind: str) -> str | int | float | bool | None:
    """The value of one cell; `kind` is "str", "int", "float" or "bool"."""
    raise NotImplementedError


def main(args: list[str]) -> int:
    """Good rows to stdout, bad ones into rejected.jsonl; return the exit code."""
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
