"""Call an unreliable API: retry with exponential backoff, a cap and jitter."""

import math
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

RETRY_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


class RetriesExhausted(Exception):
    """Every attempt failed."""


class RequestFailed(Exception):
    """The server refused the request; the same request would be refused again."""


@dataclass(frozen=True)
class Response:
    """What the server answered."""

    status: int
    retry_after: float | None = None


def backoff(retry: int, *, base: float, cap: float, roll: float) -> float:
    """Seconds to wait before retry number `retry`; the first one is 0."""
    try:
        wait = math.ldexp(base, retry)  # base * 2 ** retry
    except OverflowError:  # more than any float, so more than the cap
        wait = cap
    return roll * min(cap, wait)


def call_with_retry(
    send: Callable[[], Response],
    *,
    sleep: Callable[[float], object] = time.sleep,
    roll: Callable[[], float] = random.random,
    attempts: int = 4,
    base: float = 1.0,
    cap: float = 20.0,
) -> Response:
    """Call `send` until it succeeds, `attempts` times at most."""
    if attempts < 1:
        raise ValueError("attempts must be at least 1")
    retry = 0
    while True:
        cause: Exception | None = None
        retry_after: float | None = None
        try:
            response = send()
        except (TimeoutError, ConnectionError) as error:
            cause = error
            failure = type(error).__name__
        else:
            if 200 <= response.status < 300:
                return response
            failure = f"HTTP {response.status}"
            if response.status not in RETRY_STATUSES:
                raise RequestFailed(failure)
            retry_after = response.retry_after

        if retry + 1 == attempts:
            raise RetriesExhausted(
                f"gave up after {attempts} attempts: {failure}"
            ) from cause
        if retry_after is None:
            retry_after = backoff(retry, base=base, cap=cap, roll=roll())
        sleep(retry_after)
        retry += 1


# ----- Given: a scripted API for trying it out. Leave everything below as it is. -----


def rehearse(
    outcomes: list[Any], rolls: Iterable[float] = (), **options: Any
) -> dict[str, Any]:
    """Run `call_with_retry` against an API that answers as `outcomes` say.

    An outcome is a status, the fields of a `Response` as a dict, or the name of what
    `send` raises: "timeout", "reset" or "bug". `rolls` are the numbers of `roll`.
    Nothing sleeps: the report tells how long each wait would have been.
    """
    script, dice = iter(outcomes), iter(rolls)
    report: dict[str, Any] = {"calls": 0, "sleeps": []}

    def send() -> Response:
        report["calls"] += 1
        match next(script, None):
            case None:
                raise AssertionError("one call more than the script has")
            case "timeout":
                raise TimeoutError("the server did not answer")
            case "reset":
                raise ConnectionResetError("the server hung up")
            case "bug":
                raise KeyError("choices")
            case int(status):
                return Response(status)
            case fields:
                return Response(**fields)

    def roll() -> float:
        number = next(dice, None)
        if number is None:
            raise AssertionError("one roll more than the script has")
        return number

    try:
        response = call_with_retry(
            send, sleep=report["sleeps"].append, roll=roll, **options
        )
    except (RetriesExhausted, RequestFailed) as error:
        report["error"] = f"{type(error).__name__}: {error}"
        if error.__cause__ is not None:
            report["cause"] = type(error.__cause__).__name__
    else:
        report["status"] = response.status
    return report
