"""The cases of an evaluation, from a JSONL file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

METRICS = frozenset({"exact", "contains"})


@dataclass(frozen=True)
class Case:
    """One question to the model, and what its answer should be."""

    id: str
    task: str
    prompt: str
    expected: str
    metric: str


@dataclass(frozen=True)
class BadCase:
    """A line of the file that cannot be used, and why."""

    id: str
    error: str


def load_cases(path: Path, prompts: Mapping[str, str]) -> list[Case | BadCase]:
    """Read the cases of a file, in its order; a line that cannot be used becomes a `BadCase`."""
    raise NotImplementedError
