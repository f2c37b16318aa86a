"""Turn the scores of a model into probabilities."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]


def softmax(
    logits: Floats,
    axis: int = -1,
    *,
    temperature: float = 1.0,
    mask: NDArray[np.bool_] | None = None,
) -> Floats:
    """Return the probabilities along `axis`; a position with a false mask gets 0."""
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, not {temperature}")
    if mask is not None:
        if mask.dtype != np.bool_:
            raise TypeError(f"the mask must be boolean, not {mask.dtype}")
        logits = np.where(mask, logits, -np.inf)

    # `initial` stands in for the largest logit where a row has none that counts.
    lowest = np.finfo(logits.dtype).min
    largest = logits.max(axis=axis, keepdims=True, initial=lowest)
    # float(): a NumPy float64 would turn float32 logits into float64.
    weights = np.exp((logits - largest) / float(temperature))
    # The largest logit has the weight 1, so only a row where nothing counts has a sum below 1.
    total = weights.sum(axis=axis, keepdims=True)
    probabilities: Floats = weights / np.maximum(total, 1)
    return probabilities
