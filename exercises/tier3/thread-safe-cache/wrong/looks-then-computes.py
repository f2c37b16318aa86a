"""A cache for threads: whoever asks first computes, everybody else waits for it."""

import builtins
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ComputeCache(Generic[K, V]):
    """Keeps computed values; computes each of them once, whoever asks how often."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # never held while something is computed
        self._values: dict[K, V] = {}

    def get_or_compute(self, key: K, compute: Callable[[], V]) -> V:
        """Return the value of `key`; compute it if nobody has done or is doing so."""
        with self._lock:
            if key in self._values:
                return self._values[key]
        value = compute()
        with self._lock:
            return self._values.setdefault(key, value)

    def forget(self, key: K) -> None:
        """Drop the value of `key`, also one that is just being computed."""
        with self._lock:
            self._values.pop(key, None)

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


def crowd(keys: list[str], *, fail: str | None = None) -> dict[str, Any]:
    """Ask for all keys at once, one thread each; the first computations raise `fail`."""
    cache: ComputeCache[str, str] = ComputeCache()
    changed = threading.Condition()
    calls: Counter[str] = Counter()
    arrived = running = most = 0
    answers = ["waits for ever"] * len(keys)

    def compute(key: str) -> str:
        nonlocal running, most
        with changed:
            calls[key] += 1
            name = f"{key}#{calls[key]}"
            running += 1
            most = max(most, running)
            changed.notify_all()
            # Until all threads have asked and every key is being computed.
            changed.wait_for(
                lambda: arrived == len(keys) and len(calls) == len(set(keys)),
                timeout=0.4,
            )
            changed.wait(0.1)  # the others shall have the time to wait
            running -= 1
        if fail is not None and name.endswith("#1"):
            raise getattr(builtins, fail)(name)
        return name

    def caller(number: int, key: str) -> None:
        nonlocal arrived
        with changed:
            arrived += 1
            changed.notify_all()
        try:
            answers[number] = cache.get_or_compute(key, lambda: compute(key))
        except BaseException as error:
            answers[number] = f"{type(error).__name__}: {error}"

    threads = [
        threading.Thread(target=caller, args=pair, daemon=True)
        for pair in enumerate(keys)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=1.5 / len(threads))
    report: dict[str, Any] = {
        "calls": dict(calls),
        "answers": list(answers),
        "at_once": most,
        "kept": len(cache),
    }
    if "waits for ever" not in answers:
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


def stale(*, fail: bool = False) -> dict[str, str]:
    """Forget a key while its old value is computed, and ask for the new one meanwhile."""
    cache: ComputeCache[str, str] = ComputeCache()
    started, finish, waiting = threading.Event(), threading.Event(), threading.Event()
    answers: dict[str, str] = {}

    def old() -> str:
        started.set()
        outcome = "old" if finish.wait(0.4) else "nobody could ask meanwhile"
        if fail:
            raise ValueError(outcome)
        return outcome

    def caller(name: str, compute: Callable[[], str]) -> None:
        if name == "waiting":
            waiting.set()
        try:
            answers[name] = cache.get_or_compute("config", compute)
        except ValueError as error:
            answers[name] = f"ValueError: {error}"

    threads = [
        threading.Thread(target=caller, args=("computing", old), daemon=True),
        threading.Thread(target=caller, args=("waiting", lambda: "own"), daemon=True),
    ]
    threads[0].start()
    started.wait(1.0)
    threads[1].start()
    waiting.wait(1.0)
    waiting.clear()
    waiting.wait(0.1)  # the second thread shall have the time to wait
    cache.forget("config")
    caller("meanwhile", lambda: "new")
    finish.set()
    for thread in threads:
        thread.join(timeout=0.8)
    caller("afterwards", lambda: "newer")
    return answers
