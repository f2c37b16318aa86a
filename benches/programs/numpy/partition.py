import json
import sys

import numpy as np

given = json.load(sys.stdin)
scores = np.array(given["scores"])
best = np.argpartition(-scores, given["k"])[: given["k"]]
print(json.dumps(best[np.argsort(-scores[best])].tolist()))
