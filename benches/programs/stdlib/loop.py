import json
import sys

totals = {}
for order in json.load(sys.stdin):
    totals[order["city"]] = totals.get(order["city"], 0) + order["count"] * order["price"]
print(json.dumps(totals, sort_keys=True))
