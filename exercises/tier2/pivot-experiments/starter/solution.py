"""Print the experiments of a CSV file as a table of tasks and models."""

import sys

LOWER_IS_BETTER = frozenset({"latency_ms", "loss", "perplexity", "wer"})


def main(argv: list[str]) -> int:
    """Print the table of the CSV file in the first argument; return the exit code."""
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
