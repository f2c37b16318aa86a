"""Scale vectors to length 1."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]


def check(vectors: Floats) -> None:
    """Raise ValueError unless the array is a vector or a batch of finite numbers."""
    if vectors.ndim not in (1, 2):
        raise ValueError(f"expected 1 or 2 dimensions, got {vectors.ndim}")
    if not np.isfinite(vectors).all():
        raise ValueError("every number must be finite, found NaN or infinity")


def normalise(vectors: Floats) -> Floats:
    """Return the vectors, each divided by its length; zero vectors stay zeros."""
    check(vectors)
    wide = vectors.astype(np.float32) if vectors.dtype == np.float16 else vectors
    lengths = np.linalg.norm(wide, axis=-1, keepdims=True)
    lengths[lengths == 0] = 1
    unit: Floats = (wide / lengths).astype(vectors.dtype)
    return unit
