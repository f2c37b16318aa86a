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

    def __init__(self, capacity):
        if capacity <= 0:
            raise ValueError("capacity has to be positive")
        self.capacity = capacity
        self.buffer = deque()
        self.closed = False
        # one condition for everything: simpler, so always notify_all
        self.changed = threading.Condition()

    def put(self, item, timeout=None):
        end = None if timeout is None else time.monotonic() + timeout
        with self.changed:
            while len(self.buffer) >= self.capacity and not self.closed:
                self._wait(end)
            if self.closed:
                raise QueueClosed("put after close")
            self.buffer.append(item)
            self.changed.notify_all()

    def get(self, timeout=None):
        end = None if timeout is None else time.monotonic() + timeout
        with self.changed:
            while len(self.buffer) == 0:
                if self.closed:
                    raise QueueClosed("no more items")
                self._wait(end)
            item = self.buffer.popleft()
            self.changed.notify_all()
        return item

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def _wait(self, end):
        if end is None:
            self.changed.wait()
            return
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.changed.wait(left)


def run_jobs(jobs, work, workers, capacity):
    queue = BoundedQueue(capacity)
    done = []  # (index, result, error message or None)
    done_lock = threading.Lock()

    def loop():
        while True:
            try:
                i, job = queue.get()
            except QueueClosed:
                break
            result, message = None, None
            try:
                result = work(job)
            except Exception as e:
                message = type(e).__name__ + ": " + str(e)
            with done_lock:
                done.append((i, result, message))

    threads = []
    for _ in range(workers):
        t = threading.Thread(target=loop)
        t.start()
        threads.append(t)

    i = 0
    for job in jobs:
        queue.put((i, job))
        i += 1
    queue.close()
    for t in threads:
        t.join()

    done.sort(key=lambda d: d[0])
    return {
        "results": [d[1] for d in done],
        "errors": [{"index": d[0], "error": d[2]} for d in done if d[2] is not None],
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
    lock = threading.Lock()
    ahead = most_ahead = 0

    def source() -> Iterator[dict[str, Any]]:
        nonlocal ahead, most_ahead
        for job in jobs:
            with lock:
                ahead += 1
                most_ahead = max(most_ahead, ahead)
            yield job
        time.sleep(pause)

    def work(job: dict[str, Any]) -> int:
        nonlocal ahead
        try:
            time.sleep(job.get("seconds", 0))
            if "error" in job:
                raise ValueError(job["error"])
            return 2 * int(job["value"])
        finally:
            with lock:
                ahead -= 1

    threads_before = threading.active_count()
    report = run_jobs(source(), work, workers, capacity)
    # In the queue, in the hands of the workers, and one in the hands of the reader.
    report["bounded"] = most_ahead <= capacity + workers + 1
    report["threads_left"] = threading.active_count() - threads_before
    return report
