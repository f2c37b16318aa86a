"""Get the JSON object out of a chatty model answer."""

import json
from typing import Any, NoReturn, cast


class BadAnswer(ValueError):
    """The answer has no JSON object, or a broken one."""


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_constant=refuse_constant)


def parse_answer(answer: str) -> dict[str, Any]:
    """The JSON object of the answer."""
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end < start:
        raise BadAnswer("no JSON object in the answer")
    try:
        found = DECODER.decode(answer[start : end + 1])
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"broken JSON at character {start}: {error}") from error
    return cast(dict[str, Any], found)
