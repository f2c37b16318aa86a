"""A data set of texts: length, items, slices, shuffle, split and batches."""

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload


class TextDataset(Sequence[str]):
    """Texts in a fixed order; every method leaves them as they are."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._texts[index]

    def shuffled(self, seed: int) -> "TextDataset":
        """Return the same texts in an order that depends on `seed` only."""
        texts = self._texts.copy()
        random.Random(seed).shuffle(texts)
        return TextDataset(texts)

    def split(self, share: float, *, seed: int) -> tuple["TextDataset", "TextDataset"]:
        """Return a training and a test set; `share` is how much of it is for the test."""
        if not 0 < share < 1:
            raise ValueError(f"share must be between 0 and 1, not {share}")
        size = round(share * len(self))
        texts = self.shuffled(seed)
        return TextDataset(texts[size:]), TextDataset(texts[:size])

    def batches(self, size: int, *, drop_last: bool = False) -> Iterator[list[str]]:
        """Yield the texts in lists of `size`; the last list may be shorter."""
        if size < 1:
            raise ValueError(f"size must be at least 1, not {size}")
        for start in range(0, len(self), size):
            batch = self._texts[start : start + size]
            if len(batch) == size or not drop_last:
                yield batch


# ----- Given: helpers for trying it out. Leave everything below as it is. -----


def show(value: Any) -> Any:
    """Return `value` with each data set in it written as ("TextDataset", texts)."""
    if isinstance(value, TextDataset):
        return ("TextDataset", [value[number] for number in range(len(value))])
    if isinstance(value, tuple):
        return tuple(show(item) for item in value)
    return value


def rehearse(texts: list[str], steps: list[Any]) -> list[Any]:
    """Make a data set, do the steps with it, and return what each one gave.

    A step is "len", "iterate", a position such as 3, a slice such as "1:5:2", or a
    method with its arguments: ("shuffled", 7), ("split", 0.2, 7), ("batches", 32),
    ("batches", 32, True).
    """
    dataset, state = TextDataset(texts), random.getstate()
    report: list[Any] = []
    for step in steps:
        match step:
            case "len":
                report.append(len(dataset))
            case "iterate":
                report.append(list(dataset))
            case int(position):
                try:
                    report.append(dataset[position])
                except IndexError:
                    report.append("IndexError")
            case str(numbers):
                parts = [int(part) if part else None for part in numbers.split(":")]
                report.append(show(dataset[slice(*parts)]))
            case ("shuffled", seed):
                report.append(show(dataset.shuffled(seed)))
            case ("split", share, seed):
                report.append(show(dataset.split(share, seed=seed)))
            case ("batches", size):
                report.append(list(dataset.batches(size)))
            case ("batches", size, drop_last):
                report.append(list(dataset.batches(size, drop_last=drop_last)))
    if random.getstate() != state:
        report.append("the global random state has changed")
    return report


def from_generator(text: str) -> list[str]:
    """Make a data set from a generator of words and iterate over it twice."""
    dataset = TextDataset(word for word in text.split())
    return [*dataset, *dataset]


def after_changes(texts: list[str]) -> list[str]:
    """Make a data set, change everything that was given or handed out; iterate over it."""
    dataset = TextDataset(texts)
    texts.append("added by the caller")
    texts[0] = "changed by the caller"
    for batch in dataset.batches(2):
        batch.append("added to a batch")
    return list(dataset)
