"""Distances between the rows of two matrices."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]


def squared_distances(a: Floats, b: Floats) -> Floats:
    """Return the squared Euclidean distance of every row of `a` to every row of `b`."""
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"{a.shape[1]} columns in one array, {b.shape[1]} in the other")
    squares = np.zeros((len(a), len(b)))
    for row, vector in enumerate(a.astype(np.float64)):
        squares[row] = ((b - vector) ** 2).sum(axis=1)
    result: Floats = np.maximum(squares, 0).astype(a.dtype)
    return result


def nearest(points: Floats, centres: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the number of the nearest centre of each point, and its distance."""
    if len(centres) == 0:
        raise ValueError("no centres: nothing can be the nearest")
    squares = squared_distances(points, centres)
    distances: Floats = np.sqrt(squares.min(axis=1))
    return squares.argmin(axis=1).astype(np.int64), distances
