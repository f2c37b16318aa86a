"""Get the JSON object out of a chatty model answer."""

import json
import re
from typing import Any, NoReturn

# A brace that opens an object, and not a {placeholder} or some \frac{1}{2}.
OPENING = re.compile(r"""\{(?=[ \t\r\n]*["'}])""")


class BadAnswer(ValueError):
    """The answer has no JSON object, or a broken one."""


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_constant=refuse_constant)


def parse_answer(answer: str) -> dict[str, Any]:
    """The last JSON object of the answer."""
    found: dict[str, Any] | None = None
    end = 0
    while opening := OPENING.search(answer, end):
        start = opening.start()
        try:
            found, end = DECODER.raw_decode(answer, start)
        except ValueError:
            end = start + 1
        except RecursionError as error:
            raise BadAnswer("the answer is nested too deeply") from error
    if found is None:
        raise BadAnswer("no JSON object in the answer")
    return found
