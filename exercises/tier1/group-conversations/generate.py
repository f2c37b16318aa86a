"""Logs in which conversations are mixed, at other times."""

import random

TEXTS = ["Hi", "Any GPU free?", "Two A100.", "Thanks", "It crashed again", "Which commit?", "Main.", "Danke schön"]


def cases(rng: random.Random) -> list[dict]:
    made = []
    for _ in range(8):
        log = []
        at = rng.randint(0, 1000)
        counts: dict[str, int] = {}
        for _ in range(rng.randint(1, 14)):
            name = rng.choice(["c1", "c2", "c10", "c3"])
            counts[name] = counts.get(name, 0) + 1
            at += rng.randint(1, 90)
            role = rng.choice(["user", "user", "assistant"])
            log.append({"conversation": name, "id": f"m{counts[name]}", "at": at, "role": role, "content": rng.choice(TEXTS)})
            if rng.random() < 0.15:
                log.append(dict(log[-1]))
        made.append({"purpose": f"{len(log)} lines of {len(counts)} conversations", "call": f"group_conversations({log!r})"})
    return made
