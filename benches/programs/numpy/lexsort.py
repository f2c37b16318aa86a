import json
import sys

import numpy as np


def top(scores: np.ndarray, k: int) -> np.ndarray:
    return np.lexsort((np.arange(len(scores)), -scores))[:k]


given = json.load(sys.stdin)
print(json.dumps([int(index) for index in top(np.asarray(given["scores"]), given["k"])]))
