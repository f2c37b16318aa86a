"""What the answers are worth: metrics, and the report in two forms."""

import json
import string
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


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
    return " ".join(text.casefold().translate(NO_PUNCTUATION).split())


def is_correct(metric: str, output: str, expected: str) -> bool:
    """Judge an output by a metric, "exact" or "contains"."""
    said, wanted = normalise(output), normalise(expected)
    if metric == "exact":
        return said == wanted
    return f" {wanted} " in f" {said} "


def count(results: Sequence[Result]) -> dict[str, Any]:
    """Return the numbers of some results."""
    cases = len(results)
    correct = sum(result.correct for result in results)
    return {
        "cases": cases,
        "correct": correct,
        "errors": sum(result.error is not None for result in results),
        "score": correct / cases if cases else None,
    }


def summarise(results: Sequence[Result]) -> dict[str, Any]:
    """Return the numbers of each task, by name, and of all results."""
    tasks = sorted({result.task for result in results})
    by_task = {task: [result for result in results if result.task == task] for task in tasks}
    return {
        "tasks": {task: count(members) for task, members in by_task.items()},
        "all": count(results),
    }


def table_row(*cells: object) -> str:
    """Write a row of a Markdown table; no text can break it."""
    texts = (" ".join(str(cell).split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(texts)} |"


def summary_row(name: str, numbers: dict[str, Any]) -> str:
    """Write the row of a task."""
    score = "n/a" if numbers["score"] is None else f"{numbers['score']:.1%}"
    return table_row(name, numbers["cases"], numbers["correct"], numbers["errors"], score)


def to_markdown(results: Sequence[Result]) -> str:
    """Write the report for people."""
    summary = summarise(results)
    lines = [
        "# Evaluation",
        "",
        "| task | cases | correct | errors | score |",
        "|---|---|---|---|---|",
        *(summary_row(task, numbers) for task, numbers in summary["tasks"].items()),
        summary_row("all", summary["all"]),
    ]
    failed = [result for result in results if not result.correct]
    if failed:
        lines += ["", "## Not correct", "", "| id | expected | output |", "|---|---|---|"]
    for result in failed:
        output = f"error: {result.error}" if result.error is not None else result.output
        lines.append(table_row(result.id, result.expected, output))
    return "\n".join(lines) + "\n"


def to_json(results: Sequence[Result]) -> str:
    """Write the report for programs."""
    report = {"summary": summarise(results), "results": [asdict(result) for result in results]}
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"
