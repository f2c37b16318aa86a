"""A vector index in plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass

from chunks import Chunk

Vector = Sequence[float]


@dataclass(frozen=True)
class Hit:
    """A chunk that was found, and how near it is."""

    chunk: Chunk
    score: float


def dot(left: Vector, right: Vector) -> float:
    """Return the dot product; for vectors of length 1 it is the cosine similarity."""
    if len(left) != len(right):
        raise ValueError(f"dimension mismatch: {len(left)} and {len(right)} numbers")
    return sum(x * y for x, y in zip(left, right, strict=True))


class Index:
    """Chunks and their vectors."""

    def __init__(self, chunks: Sequence[Chunk], vectors: Sequence[Vector]) -> None:
        self._entries = list(zip(chunks, vectors, strict=True))

    def search(self, query: Vector, k: int, min_score: float) -> list[Hit]:
        """Return the `k` nearest chunks that have at least `min_score`, nearest first."""
        hits = [Hit(chunk, dot(query, vector)) for chunk, vector in self._entries]
        near = [hit for hit in hits if hit.score >= min_score]
        return sorted(near, key=lambda hit: hit.score, reverse=True)[:k]
