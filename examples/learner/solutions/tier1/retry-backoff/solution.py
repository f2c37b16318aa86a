import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class RetriesExhausted(Exception):
    pass


class RequestFailed(Exception):
    pass


@dataclass(frozen=True)
class Response:
    status: int
    retry_after: float | None = None


def backoff(retry, *, base, cap, roll):
    wait = base * 2**retry * roll
    if wait > cap:
        wait = cap
    return wait


def call_with_retry(send, *, sleep=time.sleep, roll=random.random, attempts=4, base=1.0, cap=20.0):
    if attempts < 1:
        raise ValueError("attempts has to be 1 or more")
    last = ""
    last_error = None
    for i in range(attempts):
        try:
            r = send()
        except (TimeoutError, ConnectionError) as e:
            last = type(e).__name__
            last_error = e
            sleep(backoff(i, base=base, cap=cap, roll=roll()))
            continue
        if r.status >= 200 and r.status < 300:
            return r
        if r.status not in (408, 429, 500, 502, 503, 504):
            raise RequestFailed("HTTP " + str(r.status))
        last = "HTTP " + str(r.status)
        last_error = None
        if i < attempts - 1:
            if r.retry_after:
                sleep(r.retry_after)
            else:
                sleep(backoff(i, base=base, cap=cap, roll=roll()))
    raise RetriesExhausted(f"gave up after {attempts} attempts: {last}") from last_error


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
        response = call_with_retry(send, sleep=report["sleeps"].append, roll=roll, **options)
    except (RetriesExhausted, RequestFailed) as error:
        report["error"] = f"{type(error).__name__}: {error}"
        if error.__cause__ is not None:
            report["cause"] = type(error.__cause__).__name__
    else:
        report["status"] = response.status
    return report
