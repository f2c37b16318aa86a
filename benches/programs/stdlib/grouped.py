import json
import sys
from itertools import groupby
from operator import itemgetter


def total(orders):
    return sum(order["count"] * order["price"] for order in orders)


orders = sorted(json.load(sys.stdin), key=itemgetter("city"))
json.dump({city: total(group) for city, group in groupby(orders, itemgetter("city"))}, sys.stdout)
print()
