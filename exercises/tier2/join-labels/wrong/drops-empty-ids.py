"""Compare predictions with gold labels, and tell what was lost on the way."""

import json
import sys
from typing import Any

import pandas as pd

DECIMALS = 4


def read_table(path: str, columns: list[str]) -> pd.DataFrame:
    """Read these columns of a CSV file as text, without space at the ends."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"{path}: missing columns: {', '.join(missing)}")
    table = table[columns].map(str.strip)
    return table[table["id"] != ""]


def repeated_ids(table: pd.DataFrame) -> list[str]:
    """Return the ids that stand in more than one row, sorted."""
    return sorted(table.loc[table["id"].duplicated(), "id"].unique())


def ratio(part: int, whole: int) -> float | None:
    """Return part / whole, rounded; None when there is nothing to divide by."""
    return round(part / whole, DECIMALS) if whole else None


def scores(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the counts and ratios of these rows, one a gold label."""
    answered, correct = int(rows["answered"].sum()), int(rows["correct"].sum())
    return {
        "gold": len(rows),
        "answered": answered,
        "correct": correct,
        "accuracy": ratio(correct, answered),
        "coverage": ratio(answered, len(rows)),
    }


def compare(predictions: pd.DataFrame, gold: pd.DataFrame) -> dict[str, Any]:
    """Return the report on these predictions."""
    labels = gold.drop_duplicates()
    conflicting = repeated_ids(labels)
    answers = predictions.drop_duplicates("id", keep="last")
    joined = labels[~labels["id"].isin(conflicting)].merge(
        answers[~answers["id"].isin(conflicting)],
        on="id",
        how="outer",
        indicator=True,
        validate="one_to_one",
    )
    joined["answered"] = joined["_merge"] == "both"
    joined["correct"] = joined["answered"] & (joined["label"] == joined["prediction"])
    rows = joined[joined["_merge"] != "right_only"]
    return {
        "no_prediction": sorted(joined.loc[joined["_merge"] == "left_only", "id"]),
        "no_gold": sorted(joined.loc[joined["_merge"] == "right_only", "id"]),
        "repeated": repeated_ids(predictions),
        "conflicting": conflicting,
        "overall": scores(rows),
        "groups": {str(name): scores(group) for name, group in rows.groupby("group")},
    }


def main(argv: list[str]) -> int:
    """Compare the two CSV files in the arguments; return the exit code."""
    try:
        predictions = read_table(argv[0], ["id", "prediction"])
        gold = read_table(argv[1], ["id", "label", "group"])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(compare(predictions, gold)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
