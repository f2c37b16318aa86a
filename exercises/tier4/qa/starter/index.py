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


class Index:
    """Chunks and their vectors."""

    def __init__(self, chunks: Sequence[Chunk], vectors: Sequence[Vector]) -> None:
        raise NotImplementedError

    def search(self, query: Vector, k: int, min_score: float) -> list[Hit]:
        """Return the `k` nearest chunks that have at least `min_score`, nearest first."""
        raise NotImplementedError
