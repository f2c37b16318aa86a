"""Raises an exception with ten megabytes to say."""

raise ValueError("x" * 10_000_000)
