"""Distances between the rows of two matrices."""

import ast
from pathlib import Path
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


# ----- Given: the case `no-loop` calls it. Leave everything below as it is. -----


def loops() -> list[str]:
    """Return which kinds of loops there are in this file."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    kinds = map(lambda node: type(node).__name__, ast.walk(tree))
    return sorted({"For", "While", "comprehension"}.intersection(kinds))
