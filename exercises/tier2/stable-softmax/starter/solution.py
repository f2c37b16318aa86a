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
    raise NotImplementedError
