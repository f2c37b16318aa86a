"""Make the fixture of this exercise: `python make_fixtures.py` writes the same file every time."""

import json
import random
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "fixtures"
TEXTS = ["Positive.", "Negative: the tone is angry.", "", "Neutralny 🙂", "混合", None]
ARGUMENTS = [
    '{"city": "Oslo"}',
    '{"query": "GPU prices", "top_k": 5}',
    "",
    '{"city": "Os',
    "[1]",
]


def choice(dice: random.Random, position: int) -> dict[str, Any]:
    text: Any = dice.choice(TEXTS)
    if dice.random() < 0.25:
        text = [
            {"type": "text", "text": "See the chart"},
            {"type": "image_url", "image_url": {"url": "https://example.org/1.png"}},
            {"type": "text", "text": ": up."},
        ]
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if dice.random() < 0.4:
        message["tool_calls"] = [
            {
                "id": f"call_{number}",
                "type": "function",
                "function": {
                    "name": dice.choice(["weather", "search"]),
                    "arguments": dice.choice(ARGUMENTS),
                },
            }
            for number in range(dice.randrange(0, 3))
        ]
    result = {
        "message": message,
        "finish_reason": dice.choice(["stop", "length", None]),
    }
    if dice.random() < 0.8:
        result["index"] = position
    return result


def main() -> None:
    dice = random.Random(11)
    responses: list[Any] = []
    for number in range(24):
        if dice.random() < 0.1:
            responses.append(None)
            continue
        response: dict[str, Any] = {
            "id": f"resp-{number:02d}",
            "model": dice.choice(["large-2", "small-1"]),
            "choices": [
                choice(dice, position) for position in range(dice.randrange(0, 4))
            ],
            "usage": {
                "prompt_tokens": dice.randrange(5, 900),
                "completion_tokens": dice.choice([0, dice.randrange(1, 300)]),
            },
        }
        if dice.random() < 0.2:
            del response["usage"]
        if dice.random() < 0.1:
            response = {"id": response["id"], "error": {"type": "overloaded"}}
        responses.append(response)
    HERE.mkdir(exist_ok=True)
    text = ",\n ".join(
        json.dumps(response, ensure_ascii=False) for response in responses
    )
    (HERE / "batch.json").write_text(f"[{text}]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
