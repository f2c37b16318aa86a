"""Redact secrets in a log: python solution.py VARIABLE ... < app.log > clean.log"""

import os
import re
import sys

SHORTEST_VALUE = 8  # a shorter one, such as "test", would black out half the log
SHORTEST_WITH_END = 12
SHOWN = 4

API_KEY = re.compile(r"(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{16,}")
BEARER = re.compile(
    r"""authorization ["']? [ ]* : [ ]* ["']? bearer [ ]+ (?P<token> [^\s"',]+ )""",
    re.IGNORECASE | re.VERBOSE,
)


def mask(secret: str) -> str:
    """What is shown instead of a secret."""
    return "***" + (secret[-SHOWN:] if len(secret) >= SHORTEST_WITH_END else "")


def redact(line: str, values: list[str]) -> str:
    """The line with its secrets masked; `values` are secrets that are known word for word."""
    for value in sorted(values, key=len, reverse=True):
        line = line.replace(value, mask(value))
    line = API_KEY.sub(lambda found: mask(found[0]), line)
    return BEARER.sub(
        lambda found: found[0].removesuffix(found["token"]) + mask(found["token"]), line
    )


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
