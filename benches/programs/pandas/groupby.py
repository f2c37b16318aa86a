import sys

import pandas as pd

orders = pd.read_csv(sys.stdin)
orders["total"] = orders["count"] * orders["price"]
print(orders.groupby("city")["total"].sum().to_csv(), end="")
