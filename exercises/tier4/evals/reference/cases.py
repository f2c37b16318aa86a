"""The cases of an evaluation, from a JSONL file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def fill(template: str, inputs: Any) -> str | None:
    """Put the inputs into a template; None if they are not what it needs."""
    if not isinstance(inputs, dict):
        return None
    try:
        return template.format(**inputs)
    except KeyError:
        return None


def read_case(row: Any, prompts: Mapping[str, str], line: int, seen: set[str]) -> Case | BadCase:
    """Make a case of what stands in a line; `seen` are the ids of earlier lines."""
    name = f"line {line}"
    if not isinstance(row, dict):
        return BadCase(name, "not a JSON object")
    number, task, expected, metric = (row.get(key) for key in ("id", "task", "expected", "metric"))
    if not isinstance(number, str) or not number or number in seen:
        return BadCase(name, "bad id")
    seen.add(number)
    if not isinstance(task, str) or task not in prompts:
        return BadCase(number, "bad task")
    prompt = fill(prompts[task], row.get("inputs"))
    if prompt is None:
        return BadCase(number, "bad inputs")
    if not isinstance(expected, str):
        return BadCase(number, "bad expected")
    if not isinstance(metric, str) or metric not in METRICS:
        return BadCase(number, "bad metric")
    return Case(number, task, prompt, expected, metric)


def load_cases(path: Path, prompts: Mapping[str, str]) -> list[Case | BadCase]:
    """Read the cases of a file, in its order; a line that cannot be used becomes a `BadCase`."""
    cases: list[Case | BadCase] = []
    seen: set[str] = set()
    with path.open(encoding="utf-8") as lines:
        for line, text in enumerate(lines, 1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)
            except ValueError:
                row = None
            cases.append(read_case(row, prompts, line, seen))
    return cases
