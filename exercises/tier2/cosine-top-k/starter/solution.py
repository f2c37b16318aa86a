"""Find the embeddings that are most similar to a query."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def top_k(
    query: NDArray[np.floating[Any]],
    embeddings: NDArray[np.floating[Any]],
    k: int,
) -> tuple[NDArray[np.int64], NDArray[np.floating[Any]]]:
    """Return the indices and the cosine similarities of the k best rows, best first."""
    raise NotImplementedError
