"""Print a leaderboard of the evaluation runs in a CSV file."""

import sys


def main(argv: list[str]) -> int:
    """Read the CSV file named by the first argument, print the leaderboard, return the exit code."""
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
