"""Print the experiments of a CSV file as a table of tasks and models."""

import sys

import pandas as pd

LOWER_IS_BETTER = frozenset({"latency_ms", "loss", "perplexity", "wer"})
DECIMALS = 2


def over_seeds(runs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rounded means and the standard deviations: tasks and metrics x models."""
    finished = runs.dropna(subset=["value"])
    stats = finished.groupby(["task", "metric", "model"])["value"].agg(["mean", "std"])
    return stats["mean"].unstack("model").round(DECIMALS), stats["std"].unstack("model")


def best_in_row(means: pd.DataFrame) -> pd.DataFrame:
    """Return where the best mean of each row is."""
    lower = means.index.get_level_values("metric").isin(LOWER_IS_BETTER)
    best = means.max(axis=1).mask(lower, means.min(axis=1))
    return means.eq(best, axis=0)


def cell(mean: float, std: float, is_best: bool) -> str:
    """Return the text of one cell."""
    if pd.isna(mean):
        return "-"
    text = f"{mean:.{DECIMALS}f}"
    text += f" ± {std:.{DECIMALS}f}"
    return f"**{text}**" if is_best else text


def markdown(rows: list[list[str]]) -> str:
    """Return a Markdown table; the first row is its header."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|---" * len(rows[0]) + "|")
    return "\n".join(lines)


def experiment_table(runs: pd.DataFrame) -> str:
    """Return the Markdown table of these runs."""
    means, stds = over_seeds(runs)
    if means.empty:
        return "no finished runs"
    best = best_in_row(means)
    rows = [["task", "metric", *means.columns]]
    shown = None
    for task, metric in means.index:
        key = (task, metric)
        cells = map(cell, means.loc[key], stds.loc[key], best.loc[key])
        rows.append(["" if task == shown else task, metric, *cells])
        shown = task
    rows.append(["wins", "", *best.sum().astype(str)])
    return markdown(rows)


def main(argv: list[str]) -> int:
    """Print the table of the CSV file in the first argument; return the exit code."""
    print(experiment_table(pd.read_csv(argv[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
