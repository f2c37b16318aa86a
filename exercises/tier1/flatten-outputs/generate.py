"""Nested payloads to dig in, by paths that lead somewhere or nowhere."""

import random

ROLES = ["system", "user", "assistant", "tool"]


def payload(rng: random.Random) -> dict:
    return {
        "id": f"r{rng.randint(1, 99)}",
        "model": rng.choice(["small-1", "large-2"]),
        "choices": [
            {"index": index, "message": {"role": rng.choice(ROLES), "content": rng.choice(["Hi", "Cześć", "", None])}}
            for index in range(rng.randint(0, 3))
        ],
        "usage": rng.choice([{}, None, {"prompt_tokens": rng.randint(0, 50), "completion_tokens": rng.randint(0, 50)}]),
    }


def cases(rng: random.Random) -> list[dict]:
    made = []
    for _ in range(12):
        path: list = rng.choice(
            [
                ["choices", rng.randint(-3, 3), "message", "content"],
                ["usage", rng.choice(["prompt_tokens", "total_tokens"])],
                ["choices", rng.randint(-3, 3), "index"],
                ["model", 0],
                ["id"],
                [],
            ]
        )
        arguments = "".join(f", {part!r}" for part in path)
        default = rng.choice(["", ", default=-1", ", default='none'"])
        made.append({"purpose": f"the path {path}", "call": f"dig({payload(rng)!r}{arguments}{default})"})
    return made
