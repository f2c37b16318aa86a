"""A base class for evaluation metrics, and two metrics."""

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from typing import Any


class Metric(ABC):
    """The mean score of all examples; a subclass says how one pair is scored."""

    def __init__(self, name: str, *, ignore_case: bool = True) -> None:
        self.name = name
        self.ignore_case = ignore_case
        self._scores: list[float] = []

    @abstractmethod
    def score(self, prediction: str, reference: str) -> float:
        """Score one prediction against one reference, from 0.0 to 1.0."""

    def normalise(self, text: str) -> str:
        """Return `text` as it is compared."""
        text = " ".join(text.split())
        return text.casefold() if self.ignore_case else text

    def update(
        self, predictions: Sequence[str], references: Sequence[Sequence[str]]
    ) -> None:
        """Add a batch of examples, all of it or, when it is wrong, nothing."""
        if len(predictions) != len(references):
            raise ValueError(
                f"{len(predictions)} predictions, {len(references)} references"
            )
        for number, accepted in enumerate(references):
            if not accepted:
                raise ValueError(f"example {number} has no reference")
        scores = [
            max(self.score(prediction, reference) for reference in accepted)
            for prediction, accepted in zip(predictions, references, strict=True)
        ]
        if scores:
            self._scores.append(sum(scores) / len(scores))

    def compute(self) -> float:
        """Return the mean score of the examples so far; NaN without any."""
        if not self._scores:
            return math.nan
        return sum(self._scores) / len(self._scores)

    def reset(self) -> None:
        """Forget all examples."""
        self._scores.clear()


class ExactMatch(Metric):
    """1.0 for a prediction that is equal to the reference."""

    def __init__(self, *, ignore_case: bool = True) -> None:
        super().__init__("exact_match", ignore_case=ignore_case)

    def score(self, prediction: str, reference: str) -> float:
        """Score one prediction against one reference, 0.0 or 1.0."""
        return float(self.normalise(prediction) == self.normalise(reference))


class TokenF1(Metric):
    """The harmonic mean of precision and recall of the words."""

    def __init__(self, *, ignore_case: bool = True) -> None:
        super().__init__("token_f1", ignore_case=ignore_case)

    def score(self, prediction: str, reference: str) -> float:
        """Score one prediction against one reference, from 0.0 to 1.0."""
        predicted = Counter(self.normalise(prediction).split())
        wanted = Counter(self.normalise(reference).split())
        if not predicted and not wanted:
            return 1.0
        common = (predicted & wanted).total()
        if common == 0:
            return 0.0
        precision = common / predicted.total()
        recall = common / wanted.total()
        return 2 * precision * recall / (precision + recall)


# ----- Given: a third metric and two helpers for trying it out. Leave them as they are. -----


class LengthRatio(Metric):
    """How near the two lengths are: the smaller number of words by the larger one."""

    def score(self, prediction: str, reference: str) -> float:
        """Score one prediction against one reference, from 0.0 to 1.0."""
        lengths = [
            len(self.normalise(text).split(" ")) for text in (prediction, reference)
        ]
        return min(lengths) / max(lengths)


def rehearse(metric: Metric, steps: list[Any]) -> list[Any]:
    """Do the steps with one metric; return what they gave.

    A step is "compute", "reset", or a pair (predictions, references) for `update`.
    """
    report: list[Any] = []
    for step in steps:
        match step:
            case "compute":
                report.append(metric.compute())
            case "reset":
                metric.reset()
            case (predictions, references):
                try:
                    metric.update(predictions, references)
                except ValueError as error:
                    report.append(f"ValueError: {error}")
    return report


def side_by_side(metrics: list[Metric], batches: list[Any]) -> list[Any]:
    """Give each metric its own batch; then return the name and result of each one."""
    for metric, (predictions, references) in zip(metrics, batches, strict=True):
        metric.update(predictions, references)
    return [(metric.name, metric.compute()) for metric in metrics]
