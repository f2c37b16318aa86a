"""A client of a reranking service that retries what can succeed."""

import asyncio
from typing import Any

import httpx

RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})


class RequestFailed(Exception):
    """The service refused a request; the same request would fail again."""


class GaveUp(Exception):
    """All attempts failed."""


async def rerank(
    client: httpx.AsyncClient,
    collection: str,
    query: str,
    key: str,
    *,
    base: float,
    attempts: int = 4,
) -> str:
    """Return the best document of a collection; try again what can succeed."""
    if attempts < 1:
        raise ValueError("attempts must be at least 1")
    reason = ""
    for retry in range(attempts):
        wait = base * 2**retry
        try:
            response = await client.post(
                f"/rerank/{collection}",
                json={"query": query},
                headers={"Idempotency-Key": key},
            )
        except httpx.TransportError as error:
            reason = type(error).__name__
        else:
            if response.status_code == 200:
                return response.json()["best"]
            reason = f"HTTP {response.status_code}"
            if response.status_code not in RETRY_STATUSES:
                raise RequestFailed(reason)
            asked = int(response.headers.get("retry-after-ms", 0))
            if asked:
                wait = asked / 1000
        if retry + 1 < attempts:
            await asyncio.sleep(wait)
    raise GaveUp(f"gave up after {attempts} attempts: {reason}")


# ----- Given. Leave everything below as it is. -----


async def rerank_all(base_url: str, queries: dict[str, str], **options: Any) -> dict[str, Any]:
    """Rerank all collections at the same time."""
    results: dict[str, str] = {}
    finished: list[str] = []

    async def one(client: httpx.AsyncClient, collection: str, query: str) -> None:
        try:
            best = await rerank(client, collection, query, f"job-{collection}", **options)
            results[collection] = best
        except (RequestFailed, GaveUp) as error:
            results[collection] = f"{type(error).__name__}: {error}"
        finished.append(collection)

    async with httpx.AsyncClient(base_url=base_url, timeout=0.25) as client:
        await asyncio.gather(*(one(client, *item) for item in queries.items()))
    return {"results": results, "finished": finished}


def run(base_url: str, queries: dict[str, str], **options: Any) -> dict[str, Any]:
    """Run `rerank` for each collection and query: what came of each, and in which order."""
    return asyncio.run(rerank_all(base_url, queries, **options))
