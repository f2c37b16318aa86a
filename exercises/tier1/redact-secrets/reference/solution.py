"""Redact secrets in a log: python solution.py VARIABLE ... < app.log > clean.log"""

import os
import re
import sys
from collections.abc import Iterator

SHORTEST_VALUE = 8  # a shorter one, such as "test", would black out half the log
SHORTEST_WITH_END = 12
SHOWN = 4

API_KEY = re.compile(r"(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{16,}")
BEARER = re.compile(
    r"""authorization ["']? [ ]* : [ ]* ["']? bearer [ ]+ (?P<token> [^\s"',]+ )""",
    re.IGNORECASE | re.VERBOSE,
)


def find_secrets(line: str, values: list[str]) -> Iterator[tuple[int, int]]:
    """Start and end of everything secret; the finds may overlap."""
    for value in values:
        for found in re.finditer(re.escape(value), line):
            yield found.span()
    for found in API_KEY.finditer(line):
        yield found.span()
    for found in BEARER.finditer(line):
        yield found.span("token")


def mask(secret: str) -> str:
    """What is shown instead of a secret."""
    return "***" + (secret[-SHOWN:] if len(secret) >= SHORTEST_WITH_END else "")


def redact(line: str, values: list[str]) -> str:
    """The line with its secrets masked; `values` are secrets that are known word for word."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(find_secrets(line, values)):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    for start, end in reversed(spans):  # from the end, so that the places stay right
        line = line[:start] + mask(line[start:end]) + line[end:]
    return line


def main(variables: list[str]) -> int:
    """Copy the log from stdin to stdout without its secrets."""
    values = [os.environ.get(variable, "") for variable in variables]
    known = [value for value in values if len(value) >= SHORTEST_VALUE]
    # Bytes that are not UTF-8 go through as "surrogates" and come out as they were.
    for raw in sys.stdin.buffer:
        line = redact(raw.decode("utf-8", "surrogateescape"), known)
        sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
