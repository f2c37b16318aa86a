"""Make the fixtures: `python make_fixtures.py` writes the same files every time."""

import random
from pathlib import Path

HERE = Path(__file__).parent / "fixtures"
METRICS = {
    "asr": ["wer", "latency_ms"],
    "chat": ["win_rate"],
    "code": ["pass_at_1", "pass_at_5", "loss"],
    "lm": ["perplexity"],
    "日本語-qa": ["exact", "f1"],
}


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name, seed, models in (
        ("spring", 11, ["orca-7b", "orca-10b", "lynx", "heron-mini"]),
        ("autumn", 12, ["Heron", "heron", "lynx-2", "stork", "wren"]),
    ):
        dice = random.Random(seed)
        rows = []
        for task, metrics in METRICS.items():
            for metric in metrics:
                centre = dice.uniform(20, 80)
                for model in models:
                    if dice.random() < 0.1:
                        continue  # this model was never run on it
                    skill = dice.gauss(0, 3)
                    for number in range(1, dice.randint(1, 4) + 1):
                        value = f"{centre + skill + dice.gauss(0, 0.8):.3f}3"  # never halfway
                        crashed = dice.random() < 0.12
                        result = "" if crashed else value
                        rows.append(f"{number},{result},{metric},{task},a100,{model}")
        dice.shuffle(rows)
        text = "\n".join(["seed,value,metric,task,machine,model", *rows]) + "\n"
        (HERE / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
