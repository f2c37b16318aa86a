"""Logs that programs can read: one JSON object a line."""

import io
import itertools
import json
import logging
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

# What every record has; everything else came in through `extra`.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def plain(value: object) -> Any:
    """The value as JSON can hold it."""
    match value:
        case float():
            return value if math.isfinite(value) else str(value)
        case None | str() | int():
            return value
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return str(value)


class JsonFormatter(logging.Formatter):
    """Makes one line of JSON out of a record."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.clock = clock

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, without a line end."""
        now = datetime.fromtimestamp(record.created, UTC)
        entry: dict[str, Any] = {
            "time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields = {
            key: plain(value)
            for key, value in vars(record).items()
            if key not in STANDARD
        }
        if fields:
            entry["fields"] = fields
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            entry["error"] = {
                "type": type(error).__name__,
                "message": str(error),
                "trace": self.formatException(
                    (type(error), error, error.__traceback__)
                ),
            }
        return json.dumps(entry)


def setup_logging(
    name: str,
    stream: TextIO,
    *,
    level: str = "INFO",
    clock: Callable[[], float] = time.time,
) -> logging.Logger:
    """Let the logger `name` and those below it write JSON lines to the stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(clock))
    logger = logging.getLogger(name)
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False
    return logger


# ----- Given: for trying it out. Leave everything below as it is. -----


def rehearse(
    events: list[dict[str, Any]], *, level: str | None = None, setups: int = 1
) -> list[Any]:
    """Set up logging, log the events, and return the lines that were written, parsed.

    An event is the `level`, the `text` and what may be left out: `args` for the text,
    `extra` fields, `exc_info`, the `logger` to use, and `raises`, the message of a
    TimeoutError that is being handled meanwhile. The clock begins at 2024-05-01T12:00:00
    and goes on by a quarter of a second with each call. A line that is not JSON is
    returned as it is; of a stack trace only the first and the last line are. `setups` is
    how often logging is set up. The root logger writes into the same stream, "root: ...".
    """
    stream, ticks = io.StringIO(), itertools.count()
    root = logging.StreamHandler(stream)
    root.setFormatter(logging.Formatter("root: %(message)s"))
    logging.getLogger().addHandler(root)
    options: dict[str, Any] = {} if level is None else {"level": level}
    for _ in range(setups):
        app = setup_logging(
            "app", stream, clock=lambda: 1714564800.0 + next(ticks) / 4, **options
        )
    for event in events:
        logger = logging.getLogger(event["logger"]) if "logger" in event else app
        number = logging.getLevelNamesMapping()[event["level"].upper()]
        text, args, extra = event["text"], event.get("args", []), event.get("extra")
        if "raises" not in event:
            logger.log(number, text, *args, extra=extra, exc_info=event.get("exc_info"))
            continue
        try:
            raise TimeoutError(event["raises"])
        except TimeoutError:
            logger.log(number, text, *args, extra=extra, exc_info=True)
    return [read_line(line) for line in stream.getvalue().split("\n")[:-1]]


def read_line(line: str) -> Any:
    """One line of the log; a stack trace in it is cut."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        entry = json.loads(line, parse_constant=refuse)
    except ValueError:
        return line
    if isinstance(entry, dict) and isinstance(entry.get("error"), dict):
        trace = str(entry["error"].get("trace")).split("\n")
        entry["error"]["trace"] = [trace[0], trace[-1]]
    return entry
