import sys

import pandas as pd

orders = pd.read_csv(sys.stdin).assign(total=lambda frame: frame["count"] * frame["price"])
totals = orders.groupby("city", as_index=False).agg(total=("total", "sum"))
totals.to_csv(sys.stdout, index=False)
