"""Write fixtures/*.json: chats with an agent that uses tools. Same seed, same files."""

import json
import random
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"
Message = dict[str, Any]

SYSTEM = (
    "You are the support agent of a bicycle shop. Use the tools. Never guess a price."
)
GREETING = "Hello! Which bicycle can I help you with? 🚲"
PARTS = [
    "chain",
    "brake pad",
    "saddle",
    "rear light",
    "inner tube",
    "pedal",
    "handlebar tape",
]
CITIES = ["Ghent", "Malmö", "Kraków", "Bologna", "Lyon", "Münster"]
QUESTIONS = [
    "Do you have a {part} for a {size} inch wheel in {city}?",
    "How much is the {part}, and when can I pick it up in {city}?",
    "My {part} broke after {size} days. Is that covered by the warranty?",
    "Can you send {size} of the {part} to {city} by Friday?",
    "Merci! Et le {part}, vous l’avez aussi à {city} ?",
    "Wo finde ich den {part} in eurem Laden in {city}?",
]
ANSWERS = [
    "Yes, there are {size} left in {city}. Shall I put one aside for you?",
    "The {part} is in stock. You can pick it up tomorrow after ten.",
    "I am sorry, the {part} is sold out in {city}, but it comes back next week.",
    "That is covered. Please bring the receipt and the broken {part}.",
]


def turn(number: int, rng: random.Random) -> list[Message]:
    facts = {
        "part": rng.choice(PARTS),
        "size": rng.randint(2, 28),
        "city": rng.choice(CITIES),
    }
    messages: list[Message] = [
        {"role": "user", "content": rng.choice(QUESTIONS).format_map(facts)},
    ]
    for step in range(rng.choice([0, 0, 1, 1, 2])):
        calls = [
            {
                "id": f"call_{number}_{step}_{index}",
                "name": rng.choice(["find_stock", "get_price"]),
                "arguments": json.dumps(facts, ensure_ascii=False),
            }
            for index in range(rng.choice([1, 1, 2]))
        ]
        messages.append({"role": "assistant", "content": None, "tool_calls": calls})
        messages.extend(
            {
                "role": "tool",
                "tool_call_id": call["id"],
                "content": json.dumps(
                    {"part": facts["part"], "price": rng.randint(3, 90)}
                ),
            }
            for call in calls
        )
    messages.append(
        {"role": "assistant", "content": rng.choice(ANSWERS).format_map(facts)}
    )
    return messages


def chat(turns: int, seed: int) -> list[Message]:
    rng = random.Random(seed)
    messages: list[Message] = [
        {"role": "system", "content": SYSTEM},
        {"role": "assistant", "content": GREETING},
    ]
    for number in range(turns):
        messages += turn(number, rng)
    return messages


def main() -> None:
    FIXTURES.mkdir(exist_ok=True)
    for name, turns, seed in [("long-session", 320, 5), ("other-session", 60, 6)]:
        rows = ",\n".join(
            json.dumps(row, ensure_ascii=False) for row in chat(turns, seed)
        )
        (FIXTURES / f"{name}.json").write_text(f"[\n{rows}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
