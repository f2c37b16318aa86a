"""A cache for threads: whoever asks first computes, everybody else waits for it."""

import builtins
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ComputeCache(Generic[K, V]):
    """Keeps computed values; computes each of them once, whoever asks how often."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # never held while something is computed
        self._values: dict[K, V] = {}
        self._running: dict[K, Future[V]] = {}

    def get_or_compute(self, key: K, compute: Callable[[], V]) -> V:
        """Return the value of `key`; compute it if nobody has done or is doing so."""
        with self._lock:
            if key in self._values:
                return self._values[key]
            known = self._running.get(key)
            if known is None:
                future: Future[V] = Future()
                self._running[key] = future
        if known is not None:
            return known.result()
        try:
            value = compute()
        except BaseException as error:
            with self._lock:
                if self._running.get(key) is future:
                    del self._running[key]
            future.set_exception(error)
            raise
        with self._lock:
            if self._running.get(key) is future:
                del self._running[key]
            self._values.setdefault(key, value)
        future.set_result(value)
        return value

    def forget(self, key: K) -> None:
        """Drop the value of `key`, also one that is being computed."""
        with self._lock:
            self._values.pop(key, None)
            self._running.pop(key, None)

    def __len__(self) -> int:
        """Return the number of values that are kept."""
        with self._lock:
            return len(self._values)


# ----- Given: what the cases call. Leave everything below as it is. -----


def ask(steps: list[list[Any]]) -> list[Any]:
    """Do one step after the other: "get" and "fail" with key and text, "forget", "len"."""
    cache: ComputeCache[Any, Any] = ComputeCache()
    outcomes: list[Any] = []
    for name, *details in steps:
        if name == "len":
            outcomes.append(len(cache))
        elif name == "forget":
            cache.forget(details[0])
            outcomes.append("ok")
        else:
            key, value = details
            computed: list[None] = []

            def compute(
                name: str = name, value: Any = value, computed: list[None] = computed
            ) -> Any:
                computed.append(None)
                if name == "fail":
                    raise ValueError(value)
                return value

            try:
                outcome = cache.get_or_compute(key, compute)
            except ValueError as error:
                outcomes.append(f"ValueError: {error}")
            else:
                outcomes.append(f"{'computed' if computed else 'kept'} {outcome}")
    return outcomes


class SlowKey(str):
    """A key whose hash takes a moment, so that other threads get a turn."""

    all_here: threading.Event
    together: threading.Barrier

    def __hash__(self) -> int:
        self.all_here.wait(1.0)
        try:
            self.together.wait(0.05)  # for all others, unless something holds them up
        except threading.BrokenBarrierError:
            time.sleep(0.002)
        return super().__hash__()


def crowd(keys: list[str], *, fail: str | None = None) -> dict[str, Any]:
    """Ask for all keys at once, one thread each; the first computations raise `fail`."""
    cache: ComputeCache[str, str] = ComputeCache()
    changed = threading.Condition()
    calls: Counter[str] = Counter()
    all_here, together = threading.Event(), threading.Barrier(len(keys))
    arrived = running = most = 0
    answers = ["waits for ever"] * len(keys)
    raised: list[BaseException] = []
    patience = 0.2

    def compute(key: str) -> str:
        nonlocal running, most
        with changed:
            calls[key] += 1
            name = f"{key}#{calls[key]}"
            running += 1
            most = max(most, running)
            changed.notify_all()
            # Until every key is being computed.
            changed.wait_for(lambda: len(calls) == len(set(keys)), timeout=0.4)
            changed.wait(patience)  # the others shall have the time to wait
            running -= 1
        if fail is not None and name.endswith("#1"):
            raised.append(getattr(builtins, fail)(name))
            raise raised[-1]
        return name

    def caller(number: int, key: str) -> None:
        nonlocal arrived
        with changed:
            arrived += 1
            if arrived == len(keys):
                all_here.set()
        slow = SlowKey(key)
        slow.all_here, slow.together = all_here, together
        try:
            answers[number] = cache.get_or_compute(slow, lambda: compute(key))
        except BaseException as error:
            copy = "" if any(error is one for one in raised) else "another "
            answers[number] = f"{copy}{type(error).__name__}: {error}"

    threads = [
        threading.Thread(target=caller, args=pair, daemon=True)
        for pair in enumerate(keys)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 1.5
    for thread in threads:
        thread.join(timeout=max(deadline - time.monotonic(), 0.0))
    report: dict[str, Any] = {
        "calls": dict(sorted(calls.items())),
        "answers": list(answers),
        "at_once": most,
    }
    if "waits for ever" not in answers:
        report["kept"] = len(cache)
        patience = 0.0
        report["later"] = {
            key: cache.get_or_compute(key, lambda key=key: compute(key))  # type: ignore[misc]
            for key in dict.fromkeys(keys)
        }
    return report


def nested() -> list[Any]:
    """Compute the vector of a document, and its tokens within that computation."""
    cache: ComputeCache[str, Any] = ComputeCache()
    sizes: list[int] = []

    def vector() -> list[int]:
        sizes.append(len(cache))
        tokens = cache.get_or_compute("tokens", lambda: [7, 8])
        sizes.append(len(cache))
        return [2 * token for token in tokens]

    outcomes: list[Any] = []

    def work() -> None:
        outcomes.append(cache.get_or_compute("vector", vector))
        outcomes.append(cache.get_or_compute("tokens", lambda: ["never computed"]))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(timeout=1.0)
    if thread.is_alive():
        return ["waits for ever"]
    return [*outcomes, [*sizes, len(cache)]]


def stale(*, fail: bool = False, new: str = "quick") -> dict[str, Any]:
    """Forget a key while its old value is computed, and ask for a new one meanwhile.

    `new` says when the new value is there: before the old one ("quick"), after it ("slow"), or that
    nobody asks for it ("none").
    """
    cache: ComputeCache[str, str] = ComputeCache()
    old_runs, new_runs, end_old, end_new = [threading.Event() for _ in range(4)]
    answers: dict[str, Any] = {}

    def compute_old() -> str:
        old_runs.set()
        outcome = "old" if end_old.wait(1.0) else "nobody could ask meanwhile"
        if fail:
            raise ValueError(outcome)
        return outcome

    def compute_new() -> str:
        new_runs.set()
        end_new.wait(1.0)
        return "new"

    def caller(name: str, compute: Callable[[], str]) -> None:
        try:
            answers[name] = cache.get_or_compute("config", compute)
        except ValueError as error:
            answers[name] = f"ValueError: {error}"

    def start(name: str, compute: Callable[[], str]) -> threading.Thread:
        answers[name] = "waits for ever"
        thread = threading.Thread(target=caller, args=(name, compute), daemon=True)
        thread.start()
        return thread

    def play() -> None:
        early = [start("computing", compute_old)]
        old_runs.wait(1.0)
        if new != "none":
            early.append(start("waiting", lambda: "own"))
            time.sleep(0.1)  # it shall have the time to wait
        cache.forget("config")
        late: list[threading.Thread] = []
        if new == "quick":
            caller("meanwhile", lambda: "new")
        elif new == "slow":
            late.append(start("meanwhile", compute_new))
            new_runs.wait(1.0)
        end_old.set()
        for thread in early:
            thread.join(timeout=0.6)
        answers["kept"] = len(cache)
        if new == "slow":
            late.append(start("joining", lambda: "own"))
            time.sleep(0.1)
        end_new.set()
        for thread in late:
            thread.join(timeout=0.6)
        caller("afterwards", lambda: "newest")

    player = threading.Thread(target=play, daemon=True)
    player.start()
    player.join(timeout=3.0)
    return dict(answers)
