import numpy as np


def normalise(vectors):
    if vectors.ndim > 2 or vectors.ndim == 0:
        raise ValueError("wrong number of dimensions: %d" % vectors.ndim)
    if np.isnan(vectors).any() or np.isinf(vectors).any():
        raise ValueError("all values have to be finite")

    x = vectors.astype("float32") if vectors.dtype == "float16" else vectors
    norm = np.sqrt(np.sum(x * x, axis=-1, keepdims=True))
    result = x / norm
    return result.astype(vectors.dtype)
