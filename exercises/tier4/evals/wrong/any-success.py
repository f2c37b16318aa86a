"""Run an evaluation of a model: many cases at once, and a report that nothing can prevent."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from cases import BadCase, Case, load_cases
from report import Result, is_correct, normalise, summarise, to_json, to_markdown

RETRY_STATUSES = frozenset({429, 500, 502, 503})
BAD_TASK = "(bad)"


class AskError(Exception):
    """The model gave no answer that can be used."""


def answer_text(response: httpx.Response) -> str:
    """Return the text of an answer."""
    try:
        text = response.json()["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise AskError("bad answer") from error
    if not isinstance(text, str):
        raise AskError("bad answer")
    return text


async def ask(
    client: httpx.AsyncClient, model: str, prompt: str, *, attempts: int = 5, base: float = 0.02
) -> str:
    """Return the answer of the model to a prompt; try again when that can help."""
    messages = [{"role": "user", "content": prompt}]
    body = {"model": model, "messages": messages, "temperature": 0}
    attempt = 0
    while True:
        wait = base * 2**attempt
        try:
            response = await client.post("/v1/chat/completions", json=body)
        except httpx.TransportError:
            failure = "no answer"
        else:
            if response.is_success:
                return answer_text(response)
            failure = f"HTTP {response.status_code}"
            if response.status_code not in RETRY_STATUSES:
                raise AskError(failure)
            if "retry-after-ms" in response.headers:
                wait = int(response.headers["retry-after-ms"]) / 1000
        attempt += 1
        if attempt == attempts:
            raise AskError(failure)
        await asyncio.sleep(wait)


async def run_all(
    client: httpx.AsyncClient,
    cases: Sequence[Case | BadCase],
    *,
    model: str = "toy",
    limit: int = 4,
    attempts: int = 5,
) -> list[Result]:
    """Return the results of all cases, in their order, with `limit` requests at once at most."""
    slots = asyncio.Semaphore(limit)

    async def run(case: Case | BadCase) -> Result:
        if isinstance(case, BadCase):
            return Result(case.id, BAD_TASK, "", None, False, case.error)
        try:
            async with slots:
                output = await ask(client, model, case.prompt, attempts=attempts)
        except AskError as error:
            return Result(case.id, case.task, case.expected, None, False, str(error))
        correct = is_correct(case.metric, output, case.expected)
        return Result(case.id, case.task, case.expected, output, correct, None)

    return await asyncio.gather(*map(run, cases))


def main(argv: list[str]) -> int:
    """Run the program; return its exit code."""
    options = parse(argv)
    try:
        prompts = json.loads(options.prompts.read_text("utf-8"))
        cases = load_cases(options.cases, prompts)
    except OSError as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2
    results = asyncio.run(evaluate(cases, options))
    Path("report.md").write_text(to_markdown(results), "utf-8")
    Path("report.json").write_text(to_json(results), "utf-8")
    return 3 if any(result.error is not None for result in results) else 0


# ----- Given: the command line, a client, ways to try your parts. Leave all below as it is. -----


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Evaluate a model.")
    parser.add_argument("cases", type=Path, help="JSONL file with the cases")
    parser.add_argument("prompts", type=Path, help="JSON file with the template of each task")
    parser.add_argument("--model", default="toy")
    parser.add_argument("--limit", type=int, default=4, help="requests at once")
    parser.add_argument("--attempts", type=int, default=5, help="requests for one case")
    return parser.parse_args(argv)


def connect(timeout: float = 10.0) -> httpx.AsyncClient:
    """Return a client for the endpoint; use it with `async with`."""
    return httpx.AsyncClient(
        base_url=os.environ.get("EVAL_URL", "http://127.0.0.1:8000"),
        headers={"Authorization": f"Bearer {os.environ.get('EVAL_KEY', 'sk-eval')}"},
        timeout=timeout,
    )


async def evaluate(cases: Sequence[Case | BadCase], options: argparse.Namespace) -> list[Result]:
    """Run all cases with the options of the command line."""
    async with connect() as client:
        return await run_all(
            client,
            cases,
            model=options.model,
            limit=options.limit,
            attempts=options.attempts,
        )


def try_load(cases: str, prompts: str = "prompts.json") -> list[dict[str, Any]]:
    """Return what `load_cases` makes of a file."""
    templates = json.loads(Path(prompts).read_text("utf-8"))
    return [asdict(case) for case in load_cases(Path(cases), templates)]


def try_normalise(text: str) -> str:
    """Return what `normalise` makes of a text."""
    return normalise(text)


def try_metric(metric: str, output: str, expected: str) -> bool:
    """Return what `is_correct` says."""
    return is_correct(metric, output, expected)


def try_summary(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """Return what `summarise` makes of results; a row has the fields of a `Result`."""
    return summarise([Result(*row) for row in rows])


def try_markdown(rows: Sequence[tuple[Any, ...]]) -> str:
    """Return what `to_markdown` makes of results."""
    return to_markdown([Result(*row) for row in rows])


def try_ask(prompt: str, timeout: float = 10.0, **options: Any) -> dict[str, str]:
    """Return the answer to one prompt, or the error."""

    async def run() -> str:
        async with connect(timeout) as client:
            return await ask(client, "toy", prompt, **options)

    try:
        return {"text": asyncio.run(run())}
    except AskError as error:
        return {"error": str(error)}


def rehearse(
    cases: str = "cases.jsonl", prompts: str = "prompts.json", **options: Any
) -> list[dict[str, Any]]:
    """Load and run the cases of a file, and return the results."""
    templates = json.loads(Path(prompts).read_text("utf-8"))

    async def run() -> list[Result]:
        async with connect() as client:
            return await run_all(client, load_cases(Path(cases), templates), **options)

    return [asdict(result) for result in asyncio.run(run())]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
