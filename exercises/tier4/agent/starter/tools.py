"""Python functions as tools: what the model is told of them, and calls that always give a text."""

from collections.abc import Callable, Iterable
from typing import Any


def tool_schema(function: Callable[..., Any]) -> dict[str, Any]:
    """Describe a function in the form that the endpoint takes in `tools`."""
    raise NotImplementedError


class Toolbox:
    """The tools of an agent."""

    def __init__(self, functions: Iterable[Callable[..., Any]]) -> None:
        raise NotImplementedError

    def schemas(self) -> list[dict[str, Any]]:
        """Return the schemas of all tools, in the order in which they were given."""
        raise NotImplementedError

    def call(self, name: str, arguments: str) -> str:
        """Call a tool as the model asks for it; a mistake becomes a text: `error: …`."""
        raise NotImplementedError
