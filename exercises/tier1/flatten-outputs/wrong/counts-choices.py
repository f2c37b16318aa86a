"""Pull flat rows and token sums out of nested model outputs."""

import json
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]


def dig(value: Any, *path: str | int, default: Any = None) -> Any:
    """Follow `path` into nested dicts and lists; `default` where it leads nowhere."""
    for step in path:
        match value, step:
            case dict(), str():
                value = value.get(step)
            case list(), int() if -len(value) <= step < len(value):
                value = value[step]
            case _:
                return default
    return default if value is None else value


def text_of(content: Any) -> str:
    """Return the text of a message's content, which may be a list of parts."""
    match content:
        case str():
            return content
        case list():
            return "".join(
                dig(part, "text", default="")
                for part in content
                if dig(part, "type") == "text"
            )
        case _:
            return ""


def arguments_of(call: Any) -> dict[str, Any] | None:
    """Return the arguments of a tool call; `None` if they are no JSON object."""
    try:
        arguments = json.loads(dig(call, "function", "arguments") or "{}")
    except json.JSONDecodeError:
        return None
    return arguments if isinstance(arguments, dict) else None


def rows(responses: Iterable[Any]) -> list[Row]:
    """Return one flat row for each choice of each response."""
    return [
        {
            "response": dig(response, "id"),
            "choice": position,
            "text": text_of(dig(choice, "message", "content")),
            "finish": dig(choice, "finish_reason", default="unknown"),
            "calls": [
                {"name": dig(call, "function", "name"), "arguments": arguments_of(call)}
                for call in dig(choice, "message", "tool_calls", default=[])
            ],
        }
        for response in responses
        for position, choice in enumerate(dig(response, "choices", default=[]))
    ]


def usage_by_model(responses: Iterable[Any]) -> dict[str, dict[str, int]]:
    """Return the sums of tokens for each model."""
    totals: dict[str, dict[str, int]] = {}
    for response in responses:
        total = totals.setdefault(
            dig(response, "model", default="unknown"),
            {"requests": 0, "prompt": 0, "completion": 0, "unmetered": 0},
        )
        prompt = dig(response, "usage", "prompt_tokens")
        completion = dig(response, "usage", "completion_tokens")
        total["requests"] += 1
        if prompt is None or completion is None:
            total["unmetered"] += 1
        else:
            total["prompt"] += prompt
            total["completion"] += completion
    return totals
