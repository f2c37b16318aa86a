"""Pull flat rows and token sums out of nested model outputs."""

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]


def dig(value: Any, *path: str | int, default: Any = None) -> Any:
    """Follow `path` into nested dicts and lists; `default` where it leads nowhere."""
    raise NotImplementedError


def rows(responses: Iterable[Any]) -> list[Row]:
    """Return one flat row for each choice of each response."""
    raise NotImplementedError


def usage_by_model(responses: Iterable[Any]) -> dict[str, dict[str, int]]:
    """Return the sums of tokens for each model."""
    raise NotImplementedError
