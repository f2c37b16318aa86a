"""Refuse embeddings that would spoil an index."""

import math
from collections.abc import Sequence
from typing import Any

LONGEST_QUOTE = 24


class EmbeddingError(ValueError):
    """The embeddings cannot be used."""


class WrongCount(EmbeddingError):
    """There is not one embedding for each text."""


class BadEmbedding(EmbeddingError):
    """One embedding cannot be used; `index` says which one."""

    def __init__(self, index: int, text: str, problem: str) -> None:
        if len(text) > LONGEST_QUOTE:
            text = text[: LONGEST_QUOTE - 1] + "…"
        super().__init__(f"embedding {index} {problem} (text: {text!r})")
        self.index = index


class EmptyEmbedding(BadEmbedding):
    """An embedding without numbers."""


class WrongSize(BadEmbedding):
    """An embedding with more or fewer numbers than the others."""


class BadNumber(BadEmbedding):
    """An embedding with something in it that is not a finite number."""


def is_number(value: object) -> bool:
    """Whether the value can be a part of an embedding."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def check_one(index: int, text: str, embedding: Sequence[Any], size: int) -> None:
    """Raise the `BadEmbedding` that fits, if the embedding cannot be used."""
    if not embedding:
        raise EmptyEmbedding(index, text, "is empty")
    if len(embedding) != size:
        raise WrongSize(index, text, f"has {len(embedding)} numbers instead of {size}")
    for place, value in enumerate(embedding):
        if not is_number(value):
            raise BadNumber(index, text, f"has {value!r} at {place}")


def check_count(texts: Sequence[str], embeddings: Sequence[Sequence[Any]]) -> None:
    """Raise `WrongCount` if there is not one embedding for each text."""
    if not texts and not embeddings:
        raise WrongCount("there are no texts")


def check_all(
    texts: Sequence[str],
    embeddings: Sequence[Sequence[Any]],
    *,
    size: int | None = None,
) -> int:
    """Return the size that all embeddings have, or raise an `EmbeddingError`."""
    check_count(texts, embeddings)
    if size is None:
        size = len(embeddings[0])
    for index, (text, embedding) in enumerate(zip(texts, embeddings, strict=False)):
        check_one(index, text, embedding, size)
    return size


def sift(
    texts: Sequence[str], embeddings: Sequence[Sequence[Any]], *, size: int
) -> tuple[list[int], list[BadEmbedding]]:
    """The indices of the good embeddings, and what is wrong with the others."""
    check_count(texts, embeddings)
    good: list[int] = []
    bad: list[BadEmbedding] = []
    for index, (text, embedding) in enumerate(zip(texts, embeddings, strict=False)):
        try:
            check_one(index, text, embedding, size)
        except BadEmbedding as error:
            bad.append(error)
        else:
            good.append(index)
    return good, bad


# ----- Given: for trying it out. Leave everything below as it is. -----


def describe(error: EmbeddingError) -> dict[str, Any]:
    """What can be known about an error, besides where it was raised."""
    report: dict[str, Any] = {"error": type(error).__name__, "says": str(error)}
    if isinstance(error, BadEmbedding):
        report["index"] = error.index
    return report


def try_check(
    texts: list[str], embeddings: list[Any], size: int | None = None
) -> dict[str, Any]:
    """The size that `check_all` returns, or a description of its error."""
    try:
        return {"size": check_all(texts, embeddings, size=size)}
    except EmbeddingError as error:
        return describe(error)


def try_sift(texts: list[str], embeddings: list[Any], size: int) -> dict[str, Any]:
    """What `sift` returns, or a description of its error."""
    try:
        good, bad = sift(texts, embeddings, size=size)
    except EmbeddingError as error:
        return describe(error)
    return {"good": good, "bad": [describe(error) for error in bad]}


def family() -> dict[str, list[str]]:
    """Each error class of this module, with the classes that it is made from."""
    return {
        name: [base.__name__ for base in value.__bases__]
        for name, value in globals().items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
