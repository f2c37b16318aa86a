"""Find packages that requirements files cannot agree on."""

from pathlib import Path


class BadRequirement(ValueError):
    """A line that is not a requirement."""


def normalise(name: str) -> str:
    """The one spelling of a package's name."""
    raise NotImplementedError


def find_conflicts(paths: list[Path]) -> dict[str, list[str]]:
    """The packages that no version can satisfy, each with what asks for it and where."""
    raise NotImplementedError
