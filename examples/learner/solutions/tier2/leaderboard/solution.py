import sys

import pandas as pd

NEEDED = ["model", "task", "seed", "score", "finished_at"]


def to_number(text):
    try:
        return float(text)
    except ValueError:
        return None


def main(argv):
    df = pd.read_csv(argv[0], dtype=str, keep_default_na=False)
    for col in NEEDED:
        if col not in df.columns:
            print("column is missing:", col, file=sys.stderr)
            return 2

    rows = df.to_dict("records")

    # keep the latest run of every (model, task, seed)
    latest = {}
    i = 0
    while i < len(rows):
        row = rows[i]
        score = to_number(row["score"])
        if score is None:
            continue
        key = (row["model"].strip().lower(), row["task"], row["seed"])
        if key not in latest or row["finished_at"] >= latest[key][0]:
            latest[key] = (row["finished_at"], score)
        i += 1

    data = pd.DataFrame(
        [(m, t, s, score) for (m, t, s), (_, score) in latest.items()],
        columns=["model", "task", "seed", "score"],
    )
    per_task = data.groupby(["model", "task"]).score.mean().reset_index()
    board = per_task.groupby("model").agg(score=("score", "mean"), tasks=("task", "count"))
    board["runs"] = data.groupby("model").size()
    board["score"] = board["score"].round(3)
    board["rank"] = board["score"].rank(ascending=False, method="min").astype(int)
    board = board.reset_index().sort_values(["rank", "model"])

    print("rank,model,score,tasks,runs")
    for r in board.itertuples():
        print(f"{r.rank},{r.model},{r.score:.3f},{r.tasks},{r.runs}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
