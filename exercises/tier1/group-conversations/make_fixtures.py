"""Make the fixture of this exercise: `python make_fixtures.py` writes the same file every time."""

import json
import random
from pathlib import Path

HERE = Path(__file__).parent / "fixtures"
OPENINGS = [
    "My invoice is wrong",
    "Où est ma commande ?",
    "Login fails since 9:00",
    "注文を取り消したい",
]
ANSWERS = [
    "Let me look into it.",
    "Done, please try again.",
    "Could you send the number?",
]


def main() -> None:
    dice = random.Random(7)
    log = []
    for _ in range(14):
        at = 1_714_550_400 + dice.randrange(0, 3600)
        conversation = f"chat-{dice.randrange(16**6):06x}"
        role = "user"
        for position in range(dice.randrange(1, 9)):
            text = (
                f"{dice.choice(OPENINGS if role == 'user' else ANSWERS)} ({position})"
            )
            log.append(
                {
                    "conversation": conversation,
                    "id": f"m{position}",
                    "at": at,
                    "role": role,
                    "content": text,
                }
            )
            at += dice.choice([0, 3, 8, 20, 45, 120])
            role = dice.choice(
                ["user", "assistant", "assistant", "tool"]
                if role == "user"
                else ["user", "assistant"]
            )
    log += [{**message, "at": message["at"] + 1} for message in dice.sample(log, 9)]
    for message in dice.sample(log, 3):
        log.append({**message, "conversation": dice.choice([None, ""]), "id": "lost"})
    # Workers write a little late: nearly in the order of time, but not quite.
    log.sort(key=lambda message: message["at"] + dice.randrange(0, 90))
    HERE.mkdir(exist_ok=True)
    text = ",\n ".join(json.dumps(message, ensure_ascii=False) for message in log)
    (HERE / "support-morning.json").write_text(f"[{text}]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
