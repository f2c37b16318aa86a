"""Layers of settings, with tables in tables, lists, deletions and layers that are missing."""

import random

KEYS = ["model", "cache", "retry", "log", "paths"]
INNER = ["name", "days", "dir", "level", "stop", "limits"]


def value(rng: random.Random, depth: int) -> object:
    kind = rng.choice(["number", "text", "list", "none", "delete", "table", "table"])
    if kind == "table" and depth < 3:
        return {key: value(rng, depth + 1) for key in rng.sample(INNER, rng.randint(1, 3))}
    plain = {
        "number": rng.choice([0, 1, 0.5, 30]),
        "text": rng.choice(["small-1", "large-2", ""]),
        "list": rng.sample(["END", "\n\n", "###"], rng.randint(0, 2)),
        "none": None,
        "delete": "!delete",
    }
    return plain.get(kind, 7)


def cases(rng: random.Random) -> list[dict]:
    made = []
    for _ in range(10):
        layers: list = [
            {key: value(rng, 1) for key in rng.sample(KEYS, rng.randint(1, 4))} for _ in range(rng.randint(2, 4))
        ]
        if rng.random() < 0.3:
            layers.insert(rng.randrange(len(layers)), None)
        made.append({"purpose": f"{len(layers)} layers", "call": f"merge_layers({layers!r})"})
    return made
