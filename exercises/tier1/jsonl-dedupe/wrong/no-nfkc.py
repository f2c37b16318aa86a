"""De-duplicate chat training examples: python solution.py FILE > clean.jsonl"""

import codecs
import json
import sys
from pathlib import Path
from typing import Any

SKIPPED_LINES = 3
CANNOT_READ = 2


class BrokenLine(ValueError):
    """A line that is not a chat example."""


def key_of(text: str) -> str:
    """What two user messages have in common when they are the same."""
    return " ".join(text.casefold().split())


def user_text(example: object) -> str:
    """The first text that the user wrote."""
    match example:
        case {"messages": [*messages]}:
            for message in messages:
                match message:
                    case {"role": "user", "content": str(text)}:
                        return text
    raise BrokenLine("no user message with a text")


def no_constant(name: str) -> None:
    """Refuse NaN and Infinity: `json` reads them, but JSON has no such numbers."""
    raise BrokenLine(f"{name} is not JSON")


def parse(line: bytes) -> tuple[str, Any]:
    """The key and the example of one line."""
    try:
        example = json.loads(line.decode("utf-8"), parse_constant=no_constant)
    except ValueError as error:  # both "not JSON" and "not UTF-8"
        raise BrokenLine(str(error)) from error
    return key_of(user_text(example)), example


def dedupe(path: Path) -> int:
    """Print the first of each group of equal examples; return how many are broken."""
    seen: set[str] = set()
    broken = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if not line.strip():
                continue
            try:
                key, example = parse(line)
            except BrokenLine as error:
                broken += 1
                print(f"{path}:{number}: {error}", file=sys.stderr)
                continue
            if key not in seen:
                seen.add(key)
                print(json.dumps(example))  # ASCII with escapes: fits every terminal
    return broken


def main(args: list[str]) -> int:
    if len(args) != 1:
        print("usage: solution.py FILE", file=sys.stderr)
        return CANNOT_READ
    try:
        broken = dedupe(Path(args[0]))
    except OSError as error:
        print(error, file=sys.stderr)
        return CANNOT_READ
    if broken:
        print(f"broken lines: {broken}", file=sys.stderr)
        return SKIPPED_LINES
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
