import sys

import pandas as pd

orders = pd.read_csv(sys.stdin)
orders["total"] = orders["count"] * orders["price"]
table = orders.pivot_table(index="city", values="total", aggfunc="sum")
sys.stdout.write(table.to_csv())
