"""Typed JSONL from a CSV of labelled examples: python solution.py FILE COLUMN=TYPE ..."""

import csv
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | None

REJECTED = Path("rejected.jsonl")
REJECTED_ROWS = 3
CANNOT_START = 2
SWITCH = {
    **dict.fromkeys(("true", "yes", "1"), True),
    **dict.fromkeys(("false", "no", "0"), False),
}


class CannotStart(Exception):
    """The header and the command line do not fit together."""


class BadRow(ValueError):
    """A row that cannot be converted."""


def read_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def read_bool(text: str) -> bool:
    try:
        return SWITCH[text.lower()]
    except KeyError:
        raise ValueError(text) from None


READERS: dict[str, Callable[[str], Value]] = {
    "str": str,
    "int": int,
    "float": read_float,
    "bool": read_bool,
}


def read_cell(cell: str, kind: str) -> Value:
    """The value of one cell; `kind` is "str", "int", "float" or "bool"."""
    text = cell if kind == "str" else cell.strip()
    return (READERS[kind](text) or None) if text else None


def kinds_of(header: list[str], options: list[str]) -> dict[str, str]:
    """The type of each column."""
    kinds = dict.fromkeys(header, "str")
    if not header or len(kinds) != len(header):
        raise CannotStart("the header is missing, or it has a name twice")
    for option in options:
        column, _, kind = option.rpartition("=")
        if column not in kinds or kind not in READERS:
            raise CannotStart(f"no such column or type: {option}")
        kinds[column] = kind
    return kinds


def convert(cells: list[str], kinds: dict[str, str]) -> dict[str, Value]:
    """One row with real types."""
    if len(cells) != len(kinds):
        raise BadRow(f"{len(cells)} cells instead of {len(kinds)}")
    row: dict[str, Value] = {}
    for (column, kind), cell in zip(kinds.items(), cells, strict=True):
        try:
            row[column] = read_cell(cell, kind)
        except ValueError:
            article = "an" if kind == "int" else "a"
            raise BadRow(f"{column}: {cell!r} is not {article} {kind}") from None
    return row


def rows(
    path: Path, options: list[str]
) -> Iterator[tuple[int, dict[str, Value] | BadRow]]:
    """The first line of each row, and the row or what is wrong with it."""
    # newline="" leaves line breaks inside cells alone; utf-8-sig drops the byte order mark.
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        kinds = kinds_of(next(reader, []), options)
        start = reader.line_num + 1
        for cells in reader:
            if cells:
                try:
                    yield start, convert(cells, kinds)
                except BadRow as bad:
                    yield start, bad
            start = reader.line_num + 1


def main(args: list[str]) -> int:
    """Good rows to stdout, bad ones into rejected.jsonl; return the exit code."""
    path, *options = args
    rejected: list[str] = []
    try:
        for line, row in rows(Path(path), options):
            if isinstance(row, BadRow):
                print(f"{path}:{line}: {row}", file=sys.stderr)
                rejected.append(json.dumps({"line": line, "problem": str(row)}) + "\n")
            else:
                print(json.dumps(row))  # ASCII with escapes: fits every terminal
    except (OSError, CannotStart) as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    if rejected:
        REJECTED.write_text("".join(rejected), encoding="utf-8")
        return REJECTED_ROWS
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
