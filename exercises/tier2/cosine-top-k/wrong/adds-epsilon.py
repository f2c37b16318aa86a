"""Find the embeddings that are most similar to a query."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]


def cosine_scores(query: Floats, embeddings: Floats) -> Floats:
    """Return the cosine similarity of every row to the query; 0 where a length is 0."""
    dots = embeddings @ query
    lengths = np.linalg.norm(embeddings, axis=1) * np.linalg.norm(query)
    scores: Floats = dots / (lengths + 1e-8)
    return scores


def top_k(
    query: Floats, embeddings: Floats, k: int
) -> tuple[NDArray[np.int64], Floats]:
    """Return the indices and the cosine similarities of the k best rows, best first."""
    if query.shape[0] != embeddings.shape[1]:
        raise ValueError(
            f"dimension mismatch: the query has {query.shape[0]} numbers, "
            f"a row has {embeddings.shape[1]}"
        )
    scores = cosine_scores(query, embeddings)
    best = np.argsort(-scores, kind="stable")[:k]
    return best.astype(np.int64), scores[best]
