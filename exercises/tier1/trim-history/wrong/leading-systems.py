"""Trim a chat history to a token budget."""

from collections.abc import Iterable
from itertools import chain, takewhile
from typing import Any

Message = dict[str, Any]


class ContextOverflow(ValueError):
    """Even the system message and the newest turn are too long."""


def count_tokens(message: Message) -> int:
    """What one message costs."""
    words = len((message["content"] or "").split())
    calls = message.get("tool_calls", [])
    return 3 + words + sum(1 + len(call["arguments"].split()) for call in calls)


def cost(messages: Iterable[Message]) -> int:
    return sum(map(count_tokens, messages))


def split_turns(messages: list[Message]) -> list[list[Message]]:
    """Cut before each user message."""
    turns: list[list[Message]] = []
    for message in messages:
        if not turns or message["role"] == "user":
            turns.append([])
        turns[-1].append(message)
    return turns


def trim(messages: list[Message], budget: int) -> list[Message]:
    """The system message and as many of the newest whole turns as fit."""
    system = list(takewhile(lambda message: message["role"] == "system", messages))
    rest = messages[len(system) :]
    turns = split_turns(rest)

    needed = cost(chain(system, *turns[-1:]))
    if needed > budget:
        raise ContextOverflow(f"needs {needed} tokens, has {budget}")

    room = budget - cost(system)
    first_kept = len(turns)
    for turn in reversed(turns):
        room -= cost(turn)
        if room < 0:
            break
        first_kept -= 1
    return list(chain(system, *turns[first_kept:]))
