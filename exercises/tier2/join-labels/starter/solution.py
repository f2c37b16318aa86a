"""Compare predictions with gold labels, and tell what was lost on the way."""

import sys


def main(argv: list[str]) -> int:
    """Compare the two CSV files in the arguments; return the exit code."""
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
