"""A bounded queue for worker threads, with a clean end."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any


class QueueClosed(Exception):
    """The queue was closed, and nothing more can be put or got."""


class BoundedQueue:
    """A queue for threads that holds at most `capacity` items and can be closed."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1, not {capacity}")
        self._capacity = capacity
        self._items: deque[Any] = deque()
        self._closed = False
        lock = threading.Lock()
        self._not_full = threading.Condition(lock)
        self._not_empty = threading.Condition(lock)

    def put(self, item: Any, timeout: float | None = None) -> None:
        """Add an item; wait while the queue is full."""
        with self._not_full:
            if not self._not_full.wait_for(self._can_put, timeout):
                raise TimeoutError("the queue is full")
            if self._closed:
                raise QueueClosed
            self._items.append(item)
            self._not_empty.notify()

    def get(self, timeout: float | None = None) -> Any:
        """Take the oldest item; wait while the queue is empty."""
        with self._not_empty:
            if not self._not_empty.wait_for(self._can_get, timeout):
                raise TimeoutError("the queue is empty")
            if not self._items:
                raise QueueClosed
            item = self._items.popleft()
            self._not_full.notify()
            return item

    def close(self) -> None:
        """Let nobody put any more, and wake everybody who waits."""
        with self._not_full:
            self._closed = True
            self._not_full.notify_all()
            self._not_empty.notify_all()

    def _can_put(self) -> bool:
        return self._closed or len(self._items) < self._capacity

    def _can_get(self) -> bool:
        return self._closed or len(self._items) > 0


def run_jobs(
    jobs: Iterable[Any], work: Callable[[Any], Any], workers: int, capacity: int
) -> dict[str, Any]:
    """Do the jobs in worker threads; return results and errors in the order of the jobs."""
    queue = BoundedQueue(capacity)
    results: dict[int, Any] = {}
    errors: dict[int, str] = {}

    def worker() -> None:
        while True:
            entry = queue.get()
            if entry is None:
                return
            index, job = entry
            try:
                results[index] = work(job)
            except Exception as error:  # noqa: BLE001 - it belongs into the report
                results[index] = None
                errors[index] = f"{type(error).__name__}: {error}"

    threads = [threading.Thread(target=worker) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for numbered_job in enumerate(jobs):
            queue.put(numbered_job)
    finally:
        queue.put(None)
        for thread in threads:
            thread.join()
    return {
        "results": [results[index] for index in sorted(results)],
        "errors": [
            {"index": index, "error": errors[index]} for index in sorted(errors)
        ],
    }


# Given, leave it as it is: what the cases call.


def play(capacity: int, steps: list[list[str]]) -> list[str]:
    """Do the steps with a new queue, and say what came of each of them."""
    queue = BoundedQueue(capacity)
    actions: dict[str, Callable[..., Any]] = {
        "put": queue.put,
        "get": queue.get,
        "close": queue.close,
    }
    outcomes = []
    patience = 0.05
    for name, *values in steps:
        if name.endswith(" later"):
            timer = threading.Timer(0.1, actions[name.removesuffix(" later")], values)
            timer.daemon = True
            timer.start()
            patience = 2.0
            outcomes.append("ok")
            continue
        options = {} if name == "close" else {"timeout": patience}
        if name.endswith(" now"):
            name, options = name.removesuffix(" now"), {"timeout": 0}
        try:
            outcome = actions[name](*values, **options)
        except (QueueClosed, TimeoutError) as error:
            outcome = type(error).__name__
        outcomes.append("ok" if outcome is None else outcome)
        patience = 0.05
    return outcomes


def observe(
    jobs: list[dict[str, Any]], workers: int, capacity: int, pause: float = 0.0
) -> dict[str, Any]:
    """Call run_jobs with these jobs; `pause` is how long the source waits before it ends."""
    changed = threading.Condition()
    taken = ahead = most_ahead = 0
    deadline = time.monotonic() + 1.0

    def source() -> Iterator[dict[str, Any]]:
        nonlocal taken, ahead, most_ahead
        for job in jobs:
            with changed:
                taken += 1
                ahead += 1
                most_ahead = max(most_ahead, ahead)
                changed.notify_all()
            yield job
        time.sleep(pause)

    def work(job: dict[str, Any]) -> int:
        nonlocal ahead
        try:
            time.sleep(job.get("seconds", 0))
            if "until" in job:
                with changed:
                    patience = deadline - time.monotonic()
                    if not changed.wait_for(lambda: taken >= job["until"], patience):
                        raise ValueError(f"only {taken} jobs were taken meanwhile")
            if "error" in job:
                raise ValueError(job["error"])
            return 2 * int(job["value"])
        finally:
            with changed:
                ahead -= 1

    threads_before = threading.active_count()
    report = run_jobs(source(), work, workers, capacity)
    # In the queue, in the hands of the workers, and one in the hands of the reader.
    report["bounded"] = most_ahead <= capacity + workers + 1
    report["threads_left"] = threading.active_count() - threads_before
    return report
