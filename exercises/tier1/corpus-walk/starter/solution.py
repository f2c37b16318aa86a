"""Take stock of a folder of texts: python solution.py FOLDER SUFFIXES OUTPUT"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def describe(path: Path, name: str) -> dict[str, Any]:
    """What the report says about one file; `name` is its path in the report."""
    raise NotImplementedError


def write_atomic(path: Path, lines: Iterable[str]) -> None:
    """Write `lines` into `path`: all of them, or the old file stays as it was."""
    raise NotImplementedError


def main(args: list[str]) -> int:
    """Write the report, print the totals; return the exit code."""
    raise NotImplementedError


# ----- Given: for trying out `write_atomic`. Leave everything below as it is. -----


def rehearse(name: str, lines: list[str], crash: bool = False) -> dict[str, Any]:
    """Replace the file `name` while another program reads it; tell what can be seen.

    With `crash`, an error comes instead of the end of the lines.
    """
    path, report = Path(name), dict[str, Any]()

    def arriving() -> Iterable[str]:
        yield from lines
        if crash:
            raise RuntimeError("the line after that could not be made")

    with path.open(encoding="utf-8") as reader:
        try:
            write_atomic(path, arriving())
        except RuntimeError as error:
            report["error"] = str(error)
        report["reader"] = reader.read()
    report["files"] = {
        file.name: file.read_text(encoding="utf-8") for file in path.parent.iterdir()
    }
    return report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
