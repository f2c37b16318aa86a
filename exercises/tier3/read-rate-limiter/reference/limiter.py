"""A rate limiter for calls of a model: so many requests a minute."""

import threading
from dataclasses import dataclass

from bucket import Bucket
from clock import Clock, SystemClock


class LimitError(ValueError):
    """Something that the limiter never allows."""


class LimitTimeout(TimeoutError):
    """A call that cannot be granted in time."""


@dataclass(frozen=True)
class Call:
    """What somebody wants to send: its prompt, and the longest answer that it allows."""

    prompt_tokens: int = 0
    max_tokens: int = 0

    @property
    def tokens(self) -> int:
        """The most that this call can cost."""
        return self.prompt_tokens + self.max_tokens


@dataclass(frozen=True)
class Permit:
    """The right to send one call; the numbers count from 1."""

    number: int
    call: Call
    granted_at: float


class Limiter:
    """Grants calls, so many a minute. All public methods may be called by many threads.

    A subclass may add a budget with four hooks: `_check`, and `_delay`, `_charge` and `_levels`.
    The last three run while the lock is held, so they must not take it again. They get the time.
    Between `_delay` and `_charge` nobody else gets a turn.
    """

    def __init__(
        self, requests_per_minute: float, *, burst: float | None = None, clock: Clock | None = None
    ) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._requests = Bucket.per_minute(requests_per_minute, burst, self._clock.now())
        self._granted = 0
        self._refused = 0
        self._waited = 0.0

    def _check(self, call: Call) -> None:
        """Raise `LimitError` for a call that can never be granted."""
        if min(call.prompt_tokens, call.max_tokens) < 0:
            raise LimitError("a call cannot have negative tokens")

    def _delay(self, call: Call, now: float) -> float:
        """How many seconds it takes until the call can be granted; 0.0 if it can be now."""
        return self._requests.delay(1, now)

    def _charge(self, call: Call, now: float) -> None:
        """Take out of the budgets what the call costs."""
        self._requests.take(1, now)

    def _levels(self, now: float) -> dict[str, float]:
        """What is left of each budget."""
        self._requests.refill(now)
        return {"requests": self._requests.level}

    def _grant(self, call: Call, now: float) -> Permit:
        self._charge(call, now)
        self._granted += 1
        return Permit(self._granted, call, now)

    def try_acquire(self, call: Call) -> Permit | None:
        """A permit, or `None` if the call cannot be granted at once."""
        self._check(call)
        with self._lock:
            now = self._clock.now()
            if self._delay(call, now) == 0:
                return self._grant(call, now)
            self._refused += 1
            return None

    def acquire(self, call: Call, timeout: float | None = None) -> Permit:
        """Sleep until the call can be granted; do not even begin if that takes too long."""
        self._check(call)
        deadline = None if timeout is None else self._clock.now() + timeout
        while True:
            with self._lock:
                now = self._clock.now()
                delay = self._delay(call, now)
                if delay == 0:
                    return self._grant(call, now)
                if deadline is not None and now + delay > deadline:
                    self._refused += 1
                    raise LimitTimeout(f"the call has to wait for {delay:.2f} s")
                self._waited += delay
            self._clock.sleep(delay)

    def levels(self) -> dict[str, float]:
        """What is left of each budget, by its name."""
        with self._lock:
            return self._levels(self._clock.now())

    def stats(self) -> dict[str, float]:
        """How many calls were granted and refused, and for how many seconds callers slept."""
        with self._lock:
            return {"granted": self._granted, "refused": self._refused, "waited": self._waited}
