"""Group a flat log of chat messages by conversation."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
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


def summarise(conversation: str, messages: list[Message]) -> Conversation:
    """Build a `Conversation` from its messages, which may be in any order."""
    ordered = sorted(messages, key=lambda message: message["at"])
    waits = [
        later["at"] - earlier["at"]
        for earlier, later in pairwise(ordered)
        if (earlier["role"], later["role"]) == ("user", "assistant")
    ]
    return Conversation(
        id=conversation,
        messages=[
            {"role": message["role"], "content": message["content"]}
            for message in ordered
        ],
        roles=dict(Counter(message["role"] for message in ordered)),
        seconds=ordered[-1]["at"] - ordered[0]["at"],
        slowest_reply=max(waits, default=None),
    )


def group_conversations(log: Iterable[Message]) -> list[Conversation]:
    """Return the conversations of a log, the one with the newest message first."""
    # The first delivery of a message counts, so it is the one that `setdefault` keeps.
    groups: dict[str, dict[str, Message]] = {}
    for message in log:
        conversation = message.get("conversation")
        if conversation:
            groups.setdefault(conversation, {}).setdefault(message["id"], message)

    def newest(item: tuple[str, dict[str, Message]]) -> int:
        latest: int = max(message["at"] for message in item[1].values())
        return latest

    return [
        summarise(conversation, list(messages.values()))
        for conversation, messages in sorted(groups.items(), key=newest, reverse=True)
    ]
