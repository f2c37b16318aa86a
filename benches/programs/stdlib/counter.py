import json
import sys
from collections import Counter

totals = Counter()
for order in json.loads(sys.stdin.read()):
    totals[order["city"]] += order["count"] * order["price"]
print(json.dumps(dict(sorted(totals.items()))))
