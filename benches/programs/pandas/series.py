import sys

import pandas as pd


def totals(orders: pd.DataFrame) -> pd.Series:
    spent = orders["count"].mul(orders["price"])
    return spent.groupby(orders["city"]).sum().rename("total")


print(totals(pd.read_csv(sys.stdin)).to_csv(), end="")
