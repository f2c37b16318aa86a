"""One request to the chat endpoint."""

from dataclasses import dataclass
from typing import Any

import httpx


class ChatError(Exception):
    """The endpoint gave no answer that can be used."""


@dataclass(frozen=True)
class Reply:
    """What the model said, as it came, and the tokens that the request cost."""

    message: dict[str, Any]
    tokens: int


def complete(
    client: httpx.Client,
    model: str,
    messages: list[dict[str, Any]],
    tools: list[dict[str, Any]],
) -> Reply:
    """Ask the model for the next message."""
    raise NotImplementedError
