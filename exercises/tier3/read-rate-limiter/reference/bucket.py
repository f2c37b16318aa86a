"""A token bucket: it fills at a steady rate, and whoever wants something takes it out."""

from dataclasses import dataclass

DUST = 1e-9  # a bucket that lacks less than this lacks nothing: floats are not exact


@dataclass
class Bucket:
    """Units that may be spent: at most `capacity` of them, `rate` more of them each second.

    Take care to call `refill` before `level` is used or changed: nothing fills it in between. The
    level may be below zero, which is a debt; it is paid back at the same rate.
    """

    capacity: float
    rate: float
    level: float
    updated: float

    @classmethod
    def per_minute(cls, limit: float, burst: float | None, now: float) -> "Bucket":
        """A full bucket for `limit` units a minute, which holds `burst` units, or else `limit`."""
        capacity = limit if burst is None else burst
        return cls(capacity=capacity, rate=limit / 60, level=capacity, updated=now)

    def refill(self, now: float) -> None:
        """Bring the level up to date."""
        if now > self.updated:
            self.level = min(self.capacity, self.level + (now - self.updated) * self.rate)
            self.updated = now

    def delay(self, amount: float, now: float) -> float:
        """How many seconds it takes until `amount` is there; 0.0 if it is there now."""
        self.refill(now)
        lacking = amount - self.level
        return lacking / self.rate if lacking > DUST else 0.0

    def take(self, amount: float, now: float) -> None:
        """Take `amount` out, whether it is there or not."""
        self.refill(now)
        self.level -= amount
