"""Count the examples of many shards in several processes, and merge the counts."""

import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PIDS = Path("pids.txt")  # where `observe` lets every process write its number


@dataclass(frozen=True)
class Example:
    """What counts of one example."""

    language: str
    tokens: int


class BadExample(Exception):
    """A line that is no example. Given, leave it as it is."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{problem} {name}")


def parse_example(line: str) -> Example:
    """Read one line; slow work that is refused in the main process. Given."""
    if PIDS.exists():
        with PIDS.open("a") as log:
            log.write(f"{os.getpid()}\n")
    if multiprocessing.parent_process() is None:
        raise RuntimeError("parse_example is too slow for the main process")
    try:
        data = json.loads(line)
    except ValueError:
        raise BadExample("JSON", "not") from None
    if not isinstance(data, dict) or not isinstance(data.get("language"), str):
        raise BadExample("language", "no")
    if type(data.get("tokens")) is not int:
        raise BadExample("tokens", "no")
    time.sleep(data.get("seconds", 0))  # some examples take longer than others
    return Example(data["language"], data["tokens"])


@dataclass
class ShardResult:
    """What a process sends back about one shard."""

    examples: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    error: str | None = None


def count_shard(path: str) -> ShardResult:
    """Count one shard; this runs in a process of the pool."""
    result = ShardResult()
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    example = parse_example(line)
                except BadExample as error:
                    return ShardResult(error=f"line {number}: {error}")
                result.examples[example.language] += 1
                result.tokens[example.language] += example.tokens
    except Exception as error:
        return ShardResult(error=type(error).__name__)
    return result


POOLS: dict[int, ProcessPoolExecutor] = {}


def count_shards(paths: Sequence[str], *, workers: int) -> dict[str, Any]:
    """Count all shards in `workers` processes at most; return the merged report."""
    if workers not in POOLS:
        POOLS[workers] = ProcessPoolExecutor(max_workers=workers)
    pool = POOLS[workers]
    results = list(pool.map(count_shard, paths))
    examples: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for result in results:
        examples.update(result.examples)
        tokens.update(result.tokens)
    ranking = sorted(examples, key=lambda language: (-examples[language], language))
    return {
        "languages": [[name, examples[name], tokens[name]] for name in ranking],
        "examples": examples.total(),
        "tokens": tokens.total(),
        "failed": [
            [path, result.error]
            for path, result in zip(paths, results, strict=True)
            if result.error is not None
        ],
    }


def observe(paths: Sequence[str], *, workers: int) -> dict[str, Any]:
    """Call `count_shards`; add how many processes have worked, and how many are left. Given."""
    PIDS.touch()
    report = count_shards(paths, workers=workers)
    report["processes"] = len(set(PIDS.read_text().split()))
    report["processes_left"] = len(multiprocessing.active_children())
    return report
