import json
import sys

import numpy as np

given = json.load(sys.stdin)
scores = np.array(given["scores"], dtype=float)
best = []
for _ in range(given["k"]):
    best.append(int(scores.argmax()))
    scores[best[-1]] = -np.inf
print(json.dumps(best))
