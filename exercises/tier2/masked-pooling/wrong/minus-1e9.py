"""Make one vector of the token vectors of each text."""

import ast
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]


def pool(tokens: Floats, mask: NDArray[Any], mode: str = "mean") -> Floats:
    """Return the mean or the maximum of the real tokens of each text, as `mode` says."""
    if mode not in ("mean", "max"):
        raise ValueError(f"mode must be mean or max, not {mode}")
    if mask.shape != tokens.shape[:2]:
        raise ValueError(f"a mask of shape {mask.shape} for tokens of shape {tokens.shape}")
    real = mask.astype(np.bool_)[:, :, np.newaxis]
    counts = real.sum(axis=1)  # shape (n, 1)
    if mode == "mean":
        # Sums of float16 numbers soon leave the range of float16.
        wide = np.promote_types(tokens.dtype, np.float32)
        totals = np.where(real, tokens, 0).sum(axis=1, dtype=wide)
        pooled = totals / np.maximum(counts, 1)
    else:
        largest = np.where(real, tokens, -1e9).max(axis=1, initial=-1e9)
        pooled = np.where(counts > 0, largest, 0)
    vectors: Floats = pooled.astype(tokens.dtype)
    return vectors


# ----- Given: the case `no-loop` calls it. Leave everything below as it is. -----


def loops() -> list[str]:
    """Return which kinds of loops there are in this file."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    kinds = map(lambda node: type(node).__name__, ast.walk(tree))
    return sorted({"For", "While", "comprehension"}.intersection(kinds))
