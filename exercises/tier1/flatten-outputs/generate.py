"""Responses that lack this and that: dug in by a path, made into rows, and counted by model."""

import random

ARGUMENTS = ['{"city": "Oslo"}', "{}", "", None, "[1, 2]", "null", '{"city": ', "Oslo"]
PARTS = [{"type": "text", "text": "Hi "}, {"type": "image"}, {"type": "text", "text": "there"}]


def choice(rng: random.Random, index: int) -> dict:
    content = rng.choice(["Hi", "Cześć", "", None, rng.sample(PARTS, rng.randint(0, 3))])
    message: dict = {"content": content}
    if rng.random() < 0.6:
        message["tool_calls"] = [{"function": {"name": "weather", "arguments": rng.choice(ARGUMENTS)}}]
    made: dict = {"message": message, "finish_reason": rng.choice(["stop", "tool_calls", None])}
    if rng.random() < 0.6:
        made["index"] = 2 - index
    return made


def response(rng: random.Random) -> dict | None:
    if rng.random() < 0.1:
        return None
    usage = {"prompt_tokens": rng.choice([31, 0, None]), "completion_tokens": rng.choice([12, 0, None])}
    made = {
        "id": f"r{rng.randint(1, 99)}",
        "model": rng.choice(["small-1", "large-2", None]),
        "choices": [choice(rng, index) for index in range(rng.randint(0, 3))],
        "usage": rng.choice([usage, usage, None, {}]),
    }
    return {key: value for key, value in made.items() if rng.random() < 0.9}


def path(rng: random.Random) -> list:
    position = rng.randint(-3, 3)
    paths: list[list] = [
        ["choices", position, "message", "content"],
        ["choices", position, "finish_reason"],
        ["usage", rng.choice(["prompt_tokens", "total_tokens"])],
        ["id", 0],
        ["model"],
        [],
    ]
    return rng.choice(paths)


def cases(rng: random.Random) -> list[dict]:
    made = []
    for _ in range(6):
        steps = path(rng)
        arguments = "".join(f", {step!r}" for step in steps)
        default = rng.choice(["", ", default=-1", ", default='none'"])
        made.append({"purpose": f"the path {steps}", "call": f"dig({response(rng)!r}{arguments}{default})"})
    for function in ["rows", "usage_by_model"] * 4:
        responses = [response(rng) for _ in range(rng.randint(1, 5))]
        made.append({"purpose": f"{len(responses)} responses", "call": f"{function}({responses!r})"})
    return made
