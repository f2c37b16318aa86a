"""Exports with other duplicates, written in other ways, and other broken lines."""

import json
import random

QUESTIONS = ["What is a token?", "Was heißt Straße?", "Summarise this e-mail.", "ＧＰＵ or CPU?", "GPU or CPU?", "Plan 3 days in Łódź"]
BROKEN = [
    '{"messages": [',
    "not JSON",
    '{"messages": []}',
    '{"messages": [{"role": "user"}]}',
    "[]",
    '{"messages": [{"role": "user", "content": "What is a loss?"}], "loss": NaN}',
]


def spelled(rng: random.Random, text: str) -> str:
    """The same question as somebody else types it."""
    ways = [str.upper, str.lower, lambda text: f"  {text}\n", lambda text: text.replace(" ", "\t "), lambda text: text]
    return rng.choice(ways)(text)


def cases(rng: random.Random) -> list[dict]:
    made = []
    for number in range(8):
        lines = []
        for index in range(rng.randint(2, 8)):
            messages = [{"role": "user", "content": spelled(rng, rng.choice(QUESTIONS))}]
            if rng.random() < 0.5:
                messages.insert(0, {"role": "system", "content": "Be brief."})
            if rng.random() < 0.5:
                messages.append({"role": "user", "content": f"And {index}?"})
            lines.append(json.dumps({"messages": messages, "id": index}, ensure_ascii=rng.random() < 0.5))
            if number % 2 and rng.random() < 0.4:
                lines.append(rng.choice([*BROKEN, "", "   "]))
        end = rng.choice(["\n", "\r\n"])
        made.append(
            {
                "purpose": f"an export of {len(lines)} lines",
                "args": ["chat.jsonl"],
                "files": {"chat.jsonl": end.join(lines) + rng.choice(["", end])},
            }
        )
    return made
