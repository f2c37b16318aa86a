"""Evaluation of a classifier, batch by batch: loss, accuracy and macro F1 of a whole data set."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

UNLABELLED = -100  # the label of an example that nobody has labelled: it counts nowhere


@dataclass
class Meter:
    """The mean of many values, of which it is told the means of groups."""

    total: float = 0.0
    count: int = 0

    def update(self, mean: float, count: int) -> None:
        """Take in a group of `count` values with this mean."""
        self.total += mean * count
        self.count += count

    @property
    def mean(self) -> float:
        """The mean of all values; NaN if there are none."""
        return self.total / self.count if self.count else math.nan


def batches(total: int, size: int) -> Iterator[slice]:
    """Cut the positions 0, 1, … `total` - 1 into slices of `size`; the last one may be shorter."""
    for start in range(0, total, size):
        yield slice(start, start + size)


def cross_entropy(logits: Floats, labels: Ints) -> Floats:
    """The loss of each example: minus the logarithm of its label's probability."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1))
    loss: Floats = log_total - shifted[np.arange(len(labels)), labels]
    return loss


def macro_f1(confusion: Ints) -> float:
    """The mean F1 of the classes that occur, from a table of counts: row label, column guess."""
    seen = confusion.sum(axis=0) + confusion.sum(axis=1)
    f1 = 2 * confusion.diagonal()[seen > 0] / seen[seen > 0]
    return float(f1.mean()) if len(f1) else math.nan


def evaluate(logits: Floats, labels: Ints, batch_size: int = 32) -> dict[str, float]:
    """The figures of a whole data set: one row of logits and one label for each example."""
    if len(logits) != len(labels):
        raise ValueError(f"{len(logits)} rows of logits, {len(labels)} labels")
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    classes = logits.shape[1]
    confusion = np.zeros((classes, classes), dtype=np.int64)
    loss = Meter()
    hits = Meter()
    for batch in batches(len(labels), batch_size):
        labelled = labels[batch] != UNLABELLED
        truth = labels[batch][labelled]
        scores = logits[batch][labelled]
        if len(truth) == 0:
            continue
        guesses = scores.argmax(axis=1)
        np.add.at(confusion, (truth, guesses), 1)
        hits.update(float((guesses == truth).sum()) / len(labelled), len(labelled))
        loss.update(float(cross_entropy(scores, truth).mean()), len(truth))
    return {
        "examples": hits.count,
        "loss": loss.mean,
        "accuracy": hits.mean,
        "macro_f1": macro_f1(confusion),
    }
