"""Print a leaderboard of the evaluation runs in a CSV file."""

import sys


def main(argv: list[str]) -> int:
    """Print the leaderboard of the CSV file in the first argument; return the exit code."""
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
