"""Write fixtures/*.txt: long model answers. The same seed gives the same files."""

import json
import random
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"

THOUGHTS = [
    "The customer writes about {topic}; that sounds {mood}.",
    "Step {n}: compare \\frac{{{n}}}{{7}} with the threshold {{limit}} of the prompt.",
    "A set such as {{1, 2, {n}}} is not what is asked for, so I go on.",
    "In Python this would be `f'{{name}} has {n} items'`, but I need the label.",
    "Zitat: „{topic} war {mood}“ – das klingt eher {mood} 🤔.",
    "If {topic} were the reason, the score would be near 0.{n}.",
    "CSS like `a {{ color: red; }}` stands in the mail and means nothing here.",
    "",
]
TOPICS = [
    "the delivery",
    "a late refund",
    "la qualité",
    "the battery",
    "der Preis",
    "配送",
]
MOODS = ["angry", "neutral", "zufrieden", "disappointed", "happy 😀"]


def ramble(paragraphs: int, rng: random.Random) -> str:
    return "\n".join(
        rng.choice(THOUGHTS).format(
            topic=rng.choice(TOPICS), mood=rng.choice(MOODS), n=rng.randint(2, 99)
        )
        for _ in range(paragraphs)
    )


def verdict(count: int, rng: random.Random) -> str:
    rows = [
        {
            "id": number,
            "quote": f'{rng.choice(TOPICS)} {{{rng.choice(MOODS)}}} "}}" ```',
            "labels": {"mood": rng.choice(MOODS), "score": rng.randint(0, 100) / 4},
        }
        for number in range(count)
    ]
    return json.dumps({"final": True, "rows": rows}, ensure_ascii=False, indent=1)


def long_answer(seed: int, paragraphs: int, rows: int) -> str:
    rng = random.Random(seed)
    draft = json.dumps({"final": False, "rows": []})
    return "\n".join(
        [
            "<thinking>",
            ramble(paragraphs, rng),
            f"A first draft: {draft}",
            ramble(paragraphs, rng),
            "</thinking>",
            "Here is the result:",
            "```json",
            verdict(rows, rng),
            "```",
            "Replace {customer} by the name before you send it. 🙂",
        ]
    )


def main() -> None:
    FIXTURES.mkdir(exist_ok=True)
    texts = {
        "long-answer.txt": long_answer(seed=3, paragraphs=500, rows=60),
        "other-answer.txt": long_answer(seed=8, paragraphs=120, rows=20),
        "runaway.txt": 'Sure, here is the tree:\n```json\n{"node": '
        + '{"child": ' * 20_000,
    }
    for name, text in texts.items():
        (FIXTURES / name).write_bytes(text.encode())


if __name__ == "__main__":
    main()
