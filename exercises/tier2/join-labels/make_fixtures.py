"""Make the fixtures: `python make_fixtures.py` writes the same files every time."""

import csv
import random
from pathlib import Path

HERE = Path(__file__).parent / "fixtures"
LABELS = ["positive", "negative", "neutral", "NA"]
GROUPS = ["de", "en", "fr", "NA", "日本語"]


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    """Write a CSV file into the folder of fixtures."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name, seed, size in (("may", 5, 240), ("june", 6, 200)):
        dice = random.Random(seed)
        ids = [f"{n:04}" if n % 3 else str(n) for n in dice.sample(range(1, 2000), size)]
        gold, predictions = [], []
        for one in ids:
            label, group = dice.choice(LABELS), dice.choices(GROUPS, [5, 9, 3, 2, 1])[0]
            gold.append([one, label, group, dice.choice(["ann", "bo"])])
            if dice.random() < 0.04:  # labelled twice, mostly in the same way
                again = label if dice.random() < 0.6 else dice.choice(LABELS)
                gold.append([one, again, group, "cy"])
            for _ in range(dice.choices([0, 1, 2], [6, 88, 6])[0]):
                answer = label if dice.random() < 0.75 else dice.choice([*LABELS, ""])
                space = " " if dice.random() < 0.1 else ""
                predictions.append([f"{space}{answer}", f"{one}{space}", "test", "0.9"])
        predictions += [[dice.choice(LABELS), f"x{n}", "test", "0.5"] for n in range(7)]
        dice.shuffle(gold)
        dice.shuffle(predictions)
        write(f"{name}-gold.csv", ["id", "label", "group", "annotator"], gold)
        write(f"{name}-predictions.csv", ["prediction", "id", "group", "score"], predictions)


if __name__ == "__main__":
    main()
