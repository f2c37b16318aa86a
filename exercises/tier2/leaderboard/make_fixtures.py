"""Make the fixtures of this exercise: `python make_fixtures.py` writes the same files every time."""

import csv
import math
import random
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import mean

HERE = Path(__file__).parent / "fixtures"
MODELS = [
    "Orca-7B", "Orca-70B", "Lynx-3B", "Lynx-3B-Instruct", "Heron-13B", "Heron-13B-Chat",
    "Tern-1.5B", "Marten-8x7B", "Stoat-2B", "Ibex-34B", "Ibex-34B-Q4", "Wren-0.5B",
]  # fmt: skip
TASKS = {"chat": 4, "code": 10, "math": 8, "qa": 6, "sql": 5, "summary": 3, "tools": 6}
FAILED = ["", "", "", "error", "NA", "timeout", "oom"]


def spelled(rng: random.Random, model: str) -> str:
    """Return the name as somebody may have typed it."""
    return rng.choice(
        [model, model, model.lower(), model.upper(), f" {model}", f"{model.lower()} "]
    )


def make_rows(rng: random.Random, rows: int) -> list[list[str]]:
    start = datetime(2026, 3, 2, 6, 0)
    table = []
    for number in range(rows):
        model = rng.choice(MODELS)
        task = rng.choice(
            [task for task in TASKS if (model, task) != ("Wren-0.5B", "tools")]
        )
        seed = rng.randint(1, TASKS[task])
        skill = 0.25 + 0.05 * MODELS.index(model) + 0.03 * len(task)
        score = f"{min(max(rng.gauss(skill, 0.06), 0), 1):.4f}"
        if rng.random() < 0.14:
            score = rng.choice(FAILED)
        finished = start + timedelta(minutes=rng.randrange(5 * 24 * 60))
        table.append(
            [
                spelled(rng, model),
                task,
                str(seed),
                score,
                f"{finished:%Y-%m-%dT%H:%M:%SZ}",
                f"gpu-{number % 7}",
            ]
        )
        if rng.random() < 0.02:  # the same file was logged twice
            table.append(list(table[-1]))
    return table


def make_same_moment(rng: random.Random, rows: int) -> list[list[str]]:
    """Return many repeats of few runs, which finished at one of three moments."""
    return [
        [
            rng.choice(MODELS[:8]),
            rng.choice(["chat", "code"]),
            str(rng.randint(1, 4)),
            f"{rng.random():.4f}",
            f"2026-05-0{rng.randint(1, 3)}T12:00:00Z",
            f"gpu-{number % 7}",
        ]
        for number in range(rows)
    ]


def scores(table: list[list[str]]) -> dict[str, Fraction]:
    """Return the exact score of each model, to see that none lies between two roundings."""
    kept: dict[tuple[str, str, str], tuple[str, Fraction]] = {}
    for model, task, seed, score, finished, _ in table:
        if not score[:1].isdigit():
            continue
        key = (model.strip().lower(), task, seed)
        if key not in kept or kept[key][0] <= finished:
            kept[key] = (finished, Fraction(score))
    tasks: dict[str, dict[str, list[Fraction]]] = {}
    for (model, task, _), (_, value) in kept.items():
        tasks.setdefault(model, {}).setdefault(task, []).append(value)
    return {
        model: mean(mean(values) for values in by.values())
        for model, by in tasks.items()
    }


def is_safe(value: Fraction) -> bool:
    return abs(value * 1000 - math.floor(value * 1000) - Fraction(1, 2)) > Fraction(
        1, 1000
    )


def main() -> None:
    HERE.mkdir(exist_ok=True)
    header = ["model", "task", "seed", "score", "finished_at", "machine"]
    for name, make, seed, rows, bom in (
        ("march.csv", make_rows, 3, 3000, True),
        ("april.csv", make_rows, 4, 2600, False),
        ("same-moment.csv", make_same_moment, 5, 600, False),
    ):
        table = make(random.Random(seed), rows)
        assert all(is_safe(value) for value in scores(table).values()), name
        encoding = "utf-8-sig" if bom else "utf-8"
        with open(HERE / name, "w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n" if bom else "\n")
            writer.writerow(header)
            writer.writerows(table)


if __name__ == "__main__":
    main()
