"""Print a leaderboard of the evaluation runs in a CSV file."""

import sys

import numpy as np
import pandas as pd

COLUMNS = ["model", "task", "seed", "score", "finished_at"]
DECIMALS = 3


def read_runs(path: str) -> pd.DataFrame:
    """Read the runs that have a score, with clean model names."""
    runs = pd.read_csv(path, keep_default_na=False, encoding="utf-8-sig")
    missing = [column for column in COLUMNS if column not in runs.columns]
    if missing:
        raise ValueError(f"missing columns: {', '.join(missing)}")
    runs["model"] = runs["model"].astype(str).str.strip().str.lower()
    runs["score"] = pd.to_numeric(runs["score"], errors="coerce")
    return runs[np.isfinite(runs["score"])]


def latest_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Keep the run that finished last for each model, task and seed."""
    in_order = runs.sort_values("finished_at", kind="stable")
    return in_order.drop_duplicates(["model", "task", "seed"], keep="last")


def leaderboard(runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a model: rank, model, score, tasks, runs; best first."""
    tasks = runs.groupby(["model", "task"])["score"].agg(["mean", "size"])
    board = (
        tasks.groupby("model")
        .agg(score=("mean", "mean"), tasks=("mean", "size"), runs=("size", "sum"))
        .round({"score": DECIMALS})
        .reset_index()
    )
    ranks = board["score"].rank(method="min", ascending=False).astype(int)
    board.insert(0, "rank", ranks)
    return board.sort_values(["rank", "model"])


def main(argv: list[str]) -> int:
    """Print the leaderboard of the CSV file in the first argument; return the exit code."""
    try:
        runs = read_runs(argv[0])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    board = leaderboard(latest_runs(runs))
    board.to_csv(sys.stdout, index=False, float_format=f"%.{DECIMALS}f")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
