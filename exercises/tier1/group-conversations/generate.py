"""Logs in which conversations are mixed: a little out of order, with second deliveries and messages of nobody."""

import random

TEXTS = ["Hi", "Any GPU free?", "Two A100.", "Thanks", "It crashed again", "Which commit?", "Main.", "Danke schön"]


def cases(rng: random.Random) -> list[dict]:
    made = []
    for _ in range(12):
        log = []
        at = rng.randint(0, 1000)
        counts: dict[str, int] = {}
        for _ in range(rng.randint(2, 14)):
            name = rng.choice(["c1", "c2", "c10"])
            counts[name] = counts.get(name, 0) + 1
            # Now and then two at the same second, or an earlier one that comes later.
            at += rng.choice([0, 1, 7, 30, -5])
            role = rng.choice(["user", "user", "assistant", "assistant", "tool"])
            message = {"conversation": name, "id": f"m{counts[name]}", "at": at, "role": role, "content": rng.choice(TEXTS)}
            log.append(message)
            if rng.random() < 0.2:
                log.append({**message, "at": at + rng.randint(0, 50), "content": rng.choice(TEXTS)})
            if rng.random() < 0.1:
                log.append({**message, "conversation": rng.choice([None, ""])})
        made.append({"purpose": f"{len(log)} lines of {len(counts)} conversations", "call": f"group_conversations({log!r})"})
    return made
