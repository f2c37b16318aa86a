"""Scale vectors to length 1."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def normalise(vectors: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Return the vectors, each divided by its length; zero vectors stay zeros."""
    raise NotImplementedError
