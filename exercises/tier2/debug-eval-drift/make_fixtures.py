"""Writes the fixtures: logits with two decimals and labels, some of them -100."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

FIXTURES = Path(__file__).parent / "fixtures"


def write(name: str, count: int, shares: list[float], unlabelled: Iterable[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.choice(len(shares), size=count, p=shares)
    logits = rng.normal(0, 1, (count, len(shares)))
    logits[np.arange(count), labels] += 1.2
    labels[list(unlabelled)] = -100
    np.save(FIXTURES / f"{name}-logits.npy", np.round(logits, 2))
    np.save(FIXTURES / f"{name}-labels.npy", labels.astype(np.int64))


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    write("tickets", 65, [0.55, 0.25, 0.15, 0.05], [*range(3, 20), 40, 41], seed=7)
    write("intents", 97, [0.4, 0.3, 0.2, 0.08, 0.02], [*range(64, 96), 5, 50], seed=11)
