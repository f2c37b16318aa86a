"""Fetch many documents from an API, a few at a time."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

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
    if limit < 1:
        raise ValueError("limit must be at least 1")
    wanted = list(dict.fromkeys(ids))
    waiting = iter(wanted)
    found: dict[str, str | None] = {}

    async def worker(client: httpx.AsyncClient) -> None:
        for document in waiting:
            found[document] = await fetch_text(client, document)

    async with httpx.AsyncClient(base_url=base_url) as client:
        workers = [asyncio.create_task(worker(client)) for _ in range(min(limit, len(wanted)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in workers:
                task.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    fetched = Fetched()
    for document in wanted:
        text = found[document]
        if text is None:
            fetched.missing.append(document)
        else:
            fetched.texts[document] = text
    return fetched


async def fetch_text(client: httpx.AsyncClient, document: str) -> str | None:
    """Fetch one document; `None` when the API does not have it."""
    path = f"/documents/{quote(document, safe='')}"
    response = await client.get(path)
    if response.status_code == 404:
        return None
    if response.status_code != 200:
        raise ApiError(f"GET /documents/{document}: HTTP {response.status_code}")
    return response.json()["text"]


# ----- Given. Leave everything below as it is. -----


def run(base_url: str, ids: list[str], **options: Any) -> dict[str, Any]:
    """Run `fetch_documents`, and show the result as plain values."""
    fetched = asyncio.run(fetch_documents(base_url, ids, **options))
    return {"texts": list(fetched.texts.items()), "missing": fetched.missing}
