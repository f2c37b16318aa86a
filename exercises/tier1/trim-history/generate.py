"""Histories of other lengths, cut to other budgets."""

import random

WORDS = "model token epoch batch prompt answer gradient dataset label Łódź 模型 learning rate of the and a".split()


def text(rng: random.Random, most: int) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(1, most)))


def cases(rng: random.Random) -> list[dict]:
    made = []
    for number in range(8):
        history = []
        if number % 3:
            history.append({"role": "system", "content": text(rng, 6)})
        for _ in range(rng.randint(1, 5)):
            history.append({"role": "user", "content": text(rng, 8)})
            if rng.random() < 0.85:
                history.append({"role": "assistant", "content": text(rng, 12)})
        budget = rng.choice([rng.randint(4, 40), rng.randint(20, 120)])
        made.append({"purpose": f"{len(history)} messages in a budget of {budget}", "call": f"trim({history!r}, {budget})"})
    return made
