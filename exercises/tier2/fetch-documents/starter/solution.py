"""Fetch many documents from an API, a few at a time."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx


class ApiError(Exception):
    """The API answered with something that is neither a document nor a 404."""


@dataclass
class Fetched:
    """What came back."""

    texts: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


async def fetch_documents(base_url: str, ids: list[str], *, limit: int = 8) -> Fetched:
    """Fetch the documents with these ids, at most `limit` at a time."""
    raise NotImplementedError


# ----- Given. Leave everything below as it is. -----


def run(base_url: str, ids: list[str], **options: Any) -> dict[str, Any]:
    """Run `fetch_documents`, and show the result as plain values."""
    fetched = asyncio.run(fetch_documents(base_url, ids, **options))
    return {"texts": list(fetched.texts.items()), "missing": fetched.missing}
