import json
import sys

import numpy as np

given = json.load(sys.stdin)
scores = np.array(given["scores"])
print(json.dumps(np.argsort(-scores, kind="stable")[: given["k"]].tolist()))
