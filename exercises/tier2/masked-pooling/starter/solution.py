"""Make one vector of the token vectors of each text."""

import ast
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]


def pool(tokens: Floats, mask: NDArray[Any], mode: str = "mean") -> Floats:
    """Return the mean or the maximum of the real tokens of each text, as `mode` says."""
    raise NotImplementedError


# ----- Given: the case `no-loop` calls it. Leave everything below as it is. -----


def loops() -> list[str]:
    """Return which kinds of loops there are in this file."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    kinds = map(lambda node: type(node).__name__, ast.walk(tree))
    return sorted({"For", "While", "comprehension"}.intersection(kinds))
