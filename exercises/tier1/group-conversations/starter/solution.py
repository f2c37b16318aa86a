"""Group a flat log of chat messages by conversation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]


@dataclass
class Conversation:
    """One conversation, its messages in the order in which they were sent."""

    id: str
    messages: list[Message]
    roles: dict[str, int]
    seconds: int
    slowest_reply: int | None


def group_conversations(log: Iterable[Message]) -> list[Conversation]:
    """Return the conversations of a log, the one with the newest message first."""
    raise NotImplementedError
