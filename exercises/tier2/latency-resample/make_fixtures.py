"""Make the fixtures: `python make_fixtures.py` writes the same files every time."""

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).parent / "fixtures"
STATUSES = [200, 201, 302, 399, 400, 429, 503, None]
WEIGHTS = [80, 3, 1, 1, 2, 4, 4, 3]


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name, seed, start, hours in (
        ("night", 21, datetime(2026, 10, 24, 22, 47, tzinfo=UTC), 5),
        ("morning", 22, datetime(2026, 3, 8, 8, 12, tzinfo=UTC), 4),
    ):
        dice = random.Random(seed)
        requests = []
        for _ in range(260):
            at = start + timedelta(milliseconds=dice.randrange(hours * 3_600_000))
            if 40 <= at.minute < 50:
                continue  # the service restarts every hour
            at = at.astimezone(timezone(timedelta(hours=dice.choice([0, 0, 1, -5]))))
            text = at.isoformat(timespec=dice.choice(["seconds", "milliseconds"]))
            status = dice.choices(STATUSES, WEIGHTS)[0]
            ms = round(dice.lognormvariate(6, 0.7), 1) if status in (200, 201) else 4.5
            if status is None:
                ms = None
            text = text.replace("+00:00", "Z")
            requests.append({"at": text, "status": status, "ms": ms, "model": "orca-7b"})
        lines = [json.dumps(request) for request in requests]
        (HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
