"""What the answers are worth: metrics, and the report in two forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """How a case went."""

    id: str
    task: str
    expected: str
    output: str | None
    correct: bool
    error: str | None


def normalise(text: str) -> str:
    """Bring a text into the form in which texts are compared."""
    raise NotImplementedError


def is_correct(metric: str, output: str, expected: str) -> bool:
    """Judge an output by a metric, "exact" or "contains"."""
    raise NotImplementedError


def summarise(results: Sequence[Result]) -> dict[str, Any]:
    """Return the numbers of each task, by name, and of all results."""
    raise NotImplementedError


def to_markdown(results: Sequence[Result]) -> str:
    """Write the report for people."""
    raise NotImplementedError


def to_json(results: Sequence[Result]) -> str:
    """Write the report for programs."""
    raise NotImplementedError
