import json
import sys
from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    city: str
    count: int
    price: int


def main() -> None:
    totals: defaultdict[str, int] = defaultdict(int)
    for order in (Order(**fields) for fields in json.load(sys.stdin)):
        totals[order.city] += order.count * order.price
    print(json.dumps(totals, sort_keys=True))


if __name__ == "__main__":
    main()
