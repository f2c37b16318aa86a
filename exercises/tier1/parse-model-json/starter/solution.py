"""Get the JSON object out of a chatty model answer."""

from typing import Any


class BadAnswer(ValueError):
    """The answer has no JSON object, or a broken one."""


def parse_answer(answer: str) -> dict[str, Any]:
    """The last JSON object of the answer."""
    raise NotImplementedError
