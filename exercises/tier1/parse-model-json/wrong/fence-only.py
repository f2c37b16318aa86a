"""Get the JSON object out of a chatty model answer."""

import json
import re
from typing import Any, NoReturn, cast

FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


class BadAnswer(ValueError):
    """The answer has no JSON object, or a broken one."""


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_constant=refuse_constant)


def parse_answer(answer: str) -> dict[str, Any]:
    """The last JSON object of the answer."""
    fenced = FENCE.findall(answer)
    if not fenced:
        raise BadAnswer("no JSON object in the answer")
    try:
        found = DECODER.decode(fenced[-1])
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"broken JSON: {error}") from error
    return cast(dict[str, Any], found)
