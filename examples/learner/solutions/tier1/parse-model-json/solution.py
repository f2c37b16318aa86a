import json
import re


class BadAnswer(ValueError):
    pass


def parse_answer(answer):
    # 1. try the easy way
    try:
        data = json.loads(answer)
        if isinstance(data, dict):
            return data
    except json.JSONDecodeError:
        pass

    # 2. code fences
    blocks = re.findall(r"```(?:json)?\s*(\{.*?\})\s*```", answer, re.DOTALL)
    if blocks:
        return json.loads(blocks[-1])

    # 3. something in curly braces
    match = re.search(r"\{.*\}", answer, re.DOTALL)
    if match is None:
        raise BadAnswer("no json found in: " + answer[:50])
    return json.loads(match.group(0))
