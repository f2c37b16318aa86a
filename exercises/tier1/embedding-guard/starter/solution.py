"""Refuse embeddings that would spoil an index."""

from collections.abc import Sequence
from typing import Any


class EmbeddingError(ValueError):
    """The embeddings cannot be used."""


class BadEmbedding(EmbeddingError):
    """One embedding cannot be used; `index` says which one."""

    index: int


def check_one(index: int, text: str, embedding: Sequence[Any], size: int) -> None:
    """Raise the `BadEmbedding` that fits, if the embedding cannot be used."""
    raise NotImplementedError


def check_all(
    texts: Sequence[str],
    embeddings: Sequence[Sequence[Any]],
    *,
    size: int | None = None,
) -> int:
    """Return the size that all embeddings have, or raise an `EmbeddingError`."""
    raise NotImplementedError


def sift(
    texts: Sequence[str], embeddings: Sequence[Sequence[Any]], *, size: int
) -> tuple[list[int], list[BadEmbedding]]:
    """The indices of the good embeddings, and what is wrong with the others."""
    raise NotImplementedError


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
