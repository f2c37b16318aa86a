"""Distances between the rows of two matrices."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]


def squared_distances(a: Floats, b: Floats) -> Floats:
    """Return the squared Euclidean distance of every row of `a` to every row of `b`."""
    raise NotImplementedError


def nearest(points: Floats, centres: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the number of the nearest centre of each point, and its distance."""
    raise NotImplementedError
