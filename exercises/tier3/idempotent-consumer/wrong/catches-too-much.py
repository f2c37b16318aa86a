"""Consume usage messages from an at-least-once queue; charge each of them once."""

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


class Outage(Exception):
    """The database or the queue does not answer; it may do so later."""


class UnknownAccount(Exception):
    """There is no such account, and a second attempt will not find it either."""


class Crash(BaseException):
    """Plays the death of the whole process."""


@dataclass(frozen=True)
class Usage:
    """The tokens that one answer has cost."""

    id: str
    account: str
    tokens: int


@dataclass(frozen=True)
class Delivery:
    """One delivery of a message; a message that comes again is a new delivery."""

    tag: int
    body: str
    attempt: int = 1


def parse_usage(body: str) -> Usage:
    """Read a message; raise ValueError for everything that is not a proper one."""
    data = json.loads(body)
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    for name in ("id", "account"):
        if not isinstance(data.get(name), str) or not data[name]:
            raise ValueError(f"{name} must be a string that is not empty")
    tokens = data.get("tokens")
    if type(tokens) is not int or tokens < 0:
        raise ValueError("tokens must be an integer from 0 up")
    return Usage(data["id"], data["account"], tokens)


def consume(
    delivery: Delivery, channel: "Channel", ledger: "Ledger", *, max_attempts: int = 3
) -> None:
    """Charge the message of this delivery, unless that has been done before."""
    try:
        usage = parse_usage(delivery.body)
    except ValueError:
        bury(delivery, channel, "malformed")
        return
    try:
        with ledger.transaction() as tx:
            if not tx.seen(usage.id):
                tx.add(usage.account, usage.tokens)
                tx.mark(usage.id)
    except UnknownAccount:
        bury(delivery, channel, "unknown account")
    except Exception:
        if delivery.attempt < max_attempts:
            channel.requeue(delivery)
        else:
            bury(delivery, channel, "outage")
    else:
        channel.ack(delivery)


def bury(delivery: Delivery, channel: "Channel", reason: str) -> None:
    """Hand a message over to the dead letters, and only then take it off the queue."""
    channel.dead_letter(delivery, reason)
    channel.ack(delivery)


# ----- Given: a queue and a ledger. Leave everything below as it is. -----


class Transaction:
    """What one transaction wants to change."""

    def __init__(self, ledger: "Ledger") -> None:
        self.ledger = ledger
        self.added: list[tuple[str, int]] = []
        self.marked: list[str] = []

    def seen(self, message_id: str) -> bool:
        """Return whether this id is marked."""
        return message_id in self.ledger.marked or message_id in self.marked

    def add(self, account: str, tokens: int) -> None:
        """Add tokens to an account."""
        if account not in self.ledger.totals:
            raise UnknownAccount(account)
        self.added.append((account, tokens))

    def mark(self, message_id: str) -> None:
        """Mark an id."""
        self.marked.append(message_id)


class Ledger:
    """The tokens of every account, and the ids that are marked."""

    def __init__(self, accounts: list[str], world: "World") -> None:
        self.totals = dict.fromkeys(accounts, 0)
        self.marked: set[str] = set()
        self.world = world
        self.busy = False
        self.then: Callable[[], None] | None = None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Store all changes of the block when it ends; none if an exception leaves it."""
        if self.busy:
            raise RuntimeError("a transaction within a transaction")
        if self.world.happens("outage"):
            raise Outage("the database does not answer")
        self.busy = True
        tx = Transaction(self)
        try:
            yield tx
        finally:
            self.busy = False
        if self.world.happens("crash before commit"):
            raise Crash
        if self.world.happens("disk full"):
            raise OSError("no space left on device")
        for account, tokens in tx.added:
            self.totals[account] += tokens
        self.marked.update(tx.marked)
        if tx.added or tx.marked:
            self.world.log.append(f"commit {' '.join(tx.marked)}".rstrip())
        if self.world.happens("lost reply"):
            raise Outage("the reply of the database got lost")
        if self.world.happens("crash after commit"):
            raise Crash
        then, self.then = self.then, None
        if then is not None:
            then()


class Channel:
    """The connection to the queue."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.waiting: deque[Delivery] = deque()
        self.settled: set[int] = set()
        self.dead: list[str] = []

    def ack(self, delivery: Delivery) -> None:
        """Tell the queue that the message is done."""
        if self.world.happens("crash at ack"):
            raise Crash
        if self.world.happens("outage at ack"):
            raise Outage("the queue does not answer")
        self._settle(delivery)
        self.world.log.append(f"ack {delivery.tag}")

    def requeue(self, delivery: Delivery) -> None:
        """Ask the queue to deliver the message again later."""
        if self.world.happens("outage at requeue"):
            raise Outage("the queue does not answer")
        self._settle(delivery)
        self.again(delivery)
        self.world.log.append(f"requeue {delivery.tag}")

    def dead_letter(self, delivery: Delivery, reason: str) -> None:
        """Copy the message to the dead letters."""
        if self.world.happens("crash at dead letter"):
            raise Crash
        if self.world.happens("outage at dead letter"):
            raise Outage("the queue does not answer")
        self.dead.append(f"{reason}: {delivery.body}")
        self.world.log.append(f"dead {delivery.tag}")

    def again(self, delivery: Delivery) -> None:
        """Put the message back, for another attempt."""
        self.waiting.append(Delivery(0, delivery.body, delivery.attempt + 1))

    def _settle(self, delivery: Delivery) -> None:
        if delivery.tag in self.settled:
            raise RuntimeError(f"delivery {delivery.tag} is settled already")
        self.settled.add(delivery.tag)


class World:
    """What goes wrong, and what has happened."""

    def __init__(self, faults: dict[int, Any]) -> None:
        self.faults = {
            tag: [fault] if isinstance(fault, str) else list(fault)
            for tag, fault in faults.items()
        }
        self.log: list[str] = []
        self.tag = 0

    def happens(self, fault: str) -> bool:
        """Return whether this goes wrong now; it does so once in a delivery."""
        if fault not in self.faults.get(self.tag, []):
            return False
        self.faults[self.tag].remove(fault)
        return True


def deliver(
    messages: list[Any],
    *,
    faults: dict[int, Any] | None = None,
    rival: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """Deliver the messages to `consume` until each of them is settled."""
    world = World(faults or {})
    ledger, channel = Ledger(["acme", "globex"], world), Channel(world)
    for message in messages:
        body = message if isinstance(message, str) else json.dumps(message)
        channel.waiting.append(Delivery(0, body))
    while channel.waiting and world.tag < 50:
        world.tag += 1
        waiting = channel.waiting.popleft()
        delivery = Delivery(world.tag, waiting.body, waiting.attempt)
        if rival:
            world.tag += 1
            copy = Delivery(world.tag, waiting.body)
            ledger.then = lambda copy=copy: consume(copy, channel, ledger, **options)
        try:
            consume(delivery, channel, ledger, **options)
        except Crash:
            world.log.append(f"crash {delivery.tag}")
        except Outage:
            world.log.append(f"disconnected {delivery.tag}")
        except OSError:
            world.log.append(f"error {delivery.tag}")
        if delivery.tag not in channel.settled:
            channel.again(delivery)
    return {"totals": ledger.totals, "dead": channel.dead, "log": world.log}
