"""A decorator that remembers the embeddings of texts."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeAlias

Vector: TypeAlias = list[float]
Embed: TypeAlias = Callable[[Sequence[str]], list[Vector]]


def memoised(*, batch_size: int = 100) -> Callable[[Embed], Embed]:
    """Return a decorator that sends each text to the embedding function only once."""
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")

    def decorate(embed: Embed) -> Embed:
        cache: dict[str, tuple[float, ...]] = {}

        @wraps(embed)
        def wrapper(texts: Sequence[str]) -> list[Vector]:
            missing = [text for text in texts if text not in cache]
            for start in range(0, len(missing), batch_size):
                group = missing[start : start + batch_size]
                vectors = embed(group)
                if len(vectors) != len(group):
                    raise ValueError(
                        f"sent {len(group)} texts, got {len(vectors)} vectors"
                    )
                cache.update(zip(group, map(tuple, vectors), strict=True))
            return [list(cache[text]) for text in texts]

        return wrapper

    return decorate


# ----- Given: a scripted API for trying it out. Leave everything below as it is. -----


def rehearse(
    calls: list[list[str]], failures: dict[int, str] | None = None, **options: Any
) -> dict[str, Any]:
    """Make the calls one after the other; report what was sent and what came back.

    The vector of a text is its length and how often it has the letter "e". `failures`
    tells which request goes wrong, counted from 0: "timeout", "short" or "long" (a
    vector too few or too many). After each call all vectors are overwritten, those of
    the API and yours.
    """
    report: dict[str, Any] = {"sent": [], "answers": []}
    buffers: list[Vector] = []

    @memoised(**options)
    def embed(texts: Sequence[str]) -> list[Vector]:
        failure = (failures or {}).get(len(report["sent"]))
        report["sent"].append(list(texts))
        if failure == "timeout":
            raise TimeoutError("the server did not answer")
        vectors = [[float(len(text)), float(text.count("e"))] for text in texts]
        buffers.extend(vectors)
        match failure:
            case "short":
                return vectors[1:]
            case "long":
                return [*vectors, [0.0, 0.0]]
            case _:
                return vectors

    for texts in calls:
        try:
            answer = embed(texts)
        except (TimeoutError, ValueError) as error:
            report["answers"].append(f"{type(error).__name__}: {error}")
            continue
        report["answers"].append([vector.copy() for vector in answer])
        for vector in answer:
            vector.append(-1.0)
        if len({id(vector) for vector in answer}) < len(answer):
            report["answers"].append("two rows are the same list")
        for vector in buffers:
            vector.clear()
    return report


def two_models(texts: list[str]) -> list[list[Vector]]:
    """Decorate two functions with one decorator; return what each of them gives."""
    decorate = memoised()

    @decorate
    def small(texts: Sequence[str]) -> list[Vector]:
        return [[float(len(text))] for text in texts]

    @decorate
    def large(texts: Sequence[str]) -> list[Vector]:
        return [[float(len(text)), 1.0, 2.0] for text in texts]

    return [small(texts), large(texts), small(texts)]


def describe() -> tuple[str, str | None]:
    """Return the name and the docstring of a decorated function."""

    @memoised(batch_size=16)
    def embed_queries(texts: Sequence[str]) -> list[Vector]:
        """Embed the questions of users."""
        return [[float(len(text))] for text in texts]

    return embed_queries.__name__, embed_queries.__doc__
