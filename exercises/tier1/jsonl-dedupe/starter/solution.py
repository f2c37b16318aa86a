"""De-duplicate chat training examples: python solution.py FILE > clean.jsonl"""

import sys


def key_of(text: str) -> str:
    """What two user messages have in common when they are the same."""
    raise NotImplementedError


def main(args: list[str]) -> int:
    """Write the kept examples to stdout, complaints to stderr; return the exit code."""
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
