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
    body: dict[str, Any] = {"model": model, "messages": messages}
    if tools:
        body["tools"] = tools
    try:
        response = client.post("/v1/chat/completions", json=body)
    except httpx.TransportError as error:
        raise ChatError("no answer") from error
    if response.status_code != 200:
        raise ChatError(f"HTTP {response.status_code}")
    try:
        data = response.json()
    except ValueError as error:
        raise ChatError("bad answer") from error
    return Reply(data["choices"][0]["message"], data["usage"]["total_tokens"])
