"""The rate limiter of our service: requests and tokens a minute, as the provider counts them."""

import threading
import time
from collections.abc import Callable
from typing import Any

from bucket import Bucket
from clock import Clock, ManualClock
from limiter import Call, Limiter, LimitError, LimitTimeout, Permit


class BudgetLimiter(Limiter):
    """A limiter with a second budget: tokens a minute."""

    def __init__(
        self,
        requests_per_minute: float,
        tokens_per_minute: float | None = None,
        *,
        burst: float | None = None,
        token_burst: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(requests_per_minute, burst=burst, clock=clock)
        self._settled: set[int] = set()
        self._tokens: Bucket | None = None
        if tokens_per_minute is not None:
            now = self._clock.now()
            self._tokens = Bucket.per_minute(tokens_per_minute, token_burst, now)

    def _check(self, call: Call) -> None:
        super()._check(call)
        if self._tokens is not None and call.tokens > self._tokens.capacity:
            raise LimitError(f"{call.tokens} tokens never fit the budget")

    def _delay(self, call: Call, now: float) -> float:
        delay = super()._delay(call, now)
        return delay if self._tokens is None else max(delay, self._tokens.delay(call.tokens, now))

    def _charge(self, call: Call, now: float) -> None:
        super()._charge(call, now)
        if self._tokens is not None:
            self._tokens.take(call.tokens, now)

    def _levels(self, now: float) -> dict[str, float]:
        levels = super()._levels(now)
        if self._tokens is not None:
            self._tokens.refill(now)
            levels["tokens"] = self._tokens.level
        return levels

    def refund(self, permit: Permit, used: int) -> int:
        """The call is over: give back the tokens that it did not use, or charge those on top."""
        if used < 0:
            raise LimitError("a call cannot use negative tokens")
        spare = permit.call.tokens - used
        with self._lock:
            self._settle(permit)
            self._give_back(self._tokens, spare)
        return spare

    def cancel(self, permit: Permit) -> None:
        """The call was never sent: give everything back."""
        with self._lock:
            self._settle(permit)
            self._give_back(self._requests, 1)
            self._give_back(self._tokens, permit.call.tokens)

    def _settle(self, permit: Permit) -> None:
        """Mark a permit as used up."""
        if permit.number in self._settled:
            raise LimitError(f"permit {permit.number} is settled already")
        self._settled.add(permit.number)

    def _give_back(self, bucket: Bucket | None, amount: float) -> None:
        """Put an amount into a bucket, which never gets more than full."""
        if bucket is not None:
            bucket.refill(self._clock.now())
            bucket.level += amount


# ----- Given: they try a limiter out. Leave them as they are. -----


def rehearse(settings: dict[str, float], steps: list[list[Any]]) -> list[Any]:
    """Do the steps with one new limiter, on a clock of its own that begins at 0.

    A step is ["try", prompt_tokens, max_tokens], ["acquire", prompt_tokens, max_tokens, timeout],
    ["refund", number of a permit, used], ["cancel", number], ["sleep", seconds], ["levels"] or
    ["stats"]. A permit is reported as [number, granted_at], an error as a text.
    """
    clock = ManualClock()
    limiter: Any = BudgetLimiter(**settings, clock=clock)
    permits: dict[int, Any] = {}
    report: list[Any] = []
    for action, *rest in steps:
        try:
            match action, rest:
                case "try" | "acquire", [prompt, most, *timeout]:
                    ask = limiter.try_acquire if action == "try" else limiter.acquire
                    permit = ask(Call(prompt, most), *timeout)
                    if permit is not None:
                        permits[permit.number] = permit
                    report.append(permit and [permit.number, permit.granted_at])
                case "refund", [number, used]:
                    report.append(limiter.refund(permits[number], used))
                case "cancel", [number]:
                    report.append(limiter.cancel(permits[number]))
                case "sleep", [seconds]:
                    clock.sleep(seconds)
                case "levels" | "stats", []:
                    report.append(getattr(limiter, action)())
        except (LimitError, LimitTimeout) as error:
            report.append(f"{type(error).__name__}: {error}")
    return report


class SlowClock(ManualClock):
    """A clock on which it takes a moment to read the time, so that other threads get a turn."""

    def now(self) -> float:
        time.sleep(0.001)
        return super().now()


def rush(tokens: list[int], *, budget: int, end: str) -> dict[str, Any]:
    """Let a thread for each number ask for so many tokens at the same time.

    Those who get a permit end it: with "refund" they used no token, with "cancel" they never sent.
    """
    limiter: Any = BudgetLimiter(60, budget, clock=SlowClock())
    gates = [threading.Barrier(len(tokens)) for _ in range(2)]
    granted: list[int] = []

    def work(number: int) -> None:
        gates[0].wait()
        permit = limiter.try_acquire(Call(number, 0))
        gates[1].wait()
        if permit is not None:
            granted.append(number)
            limiter.cancel(permit) if end == "cancel" else limiter.refund(permit, 0)

    threads = [threading.Thread(target=work, args=(number,)) for number in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"granted": len(granted), "tokens": sum(granted), "levels": limiter.levels()}


class WatchedLock:
    """A lock that knows whether it is held; before it is first taken, `rival` is called."""

    def __init__(self, rival: Callable[[], object] | None = None) -> None:
        self.lock = threading.Lock()
        self.held = False
        self.rival = rival

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        self.held = self.lock.acquire(blocking, timeout)
        return self.held

    def release(self) -> None:
        self.held = False
        self.lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()


def under_lock(end: str) -> bool:
    """Whether `refund` or `cancel` changes levels, and all of them with the limiter's lock held."""
    limiter: Any = BudgetLimiter(60, 1000, clock=ManualClock())
    permit = limiter.acquire(Call(100, 0))
    limiter._lock = lock = WatchedLock()
    held: list[bool] = []

    def watch(changed: Bucket, name: str, value: object) -> None:
        if name == "level":
            held.append(lock.held)
        object.__setattr__(changed, name, value)

    Bucket.__setattr__ = watch  # type: ignore[assignment, method-assign]
    limiter.cancel(permit) if end == "cancel" else limiter.refund(permit, 40)
    del Bucket.__setattr__
    return bool(held) and all(held)


def overtaken(end: str) -> list[Any]:
    """Settle a permit that another thread settles just before this one gets the lock."""
    limiter: Any = BudgetLimiter(60, 1000, clock=ManualClock())
    permit = limiter.acquire(Call(100, 0))

    def settle() -> Any:
        return limiter.cancel(permit) if end == "cancel" else limiter.refund(permit, 40)

    limiter._lock = WatchedLock(rival=settle)
    try:
        outcome = settle()
    except LimitError as error:
        outcome = f"LimitError: {error}"
    return [outcome, limiter.levels()]
