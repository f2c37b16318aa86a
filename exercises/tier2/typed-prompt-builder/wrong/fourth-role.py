"""Build the messages of a chat request from templates."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, TypedDict

FIELD = re.compile(r"\{(\w+)\}")

Role = Literal["system", "user", "assistant", "tool"]
Values = Mapping[str, str | int | float]


class Message(TypedDict):
    """A message of a chat request."""

    role: Role
    content: str


class Renderer(Protocol):
    """What a library holds."""

    name: str

    def render(self, values: Values) -> list[Message]:
        """Return the messages with these values."""


class Template:
    """Messages with fields to fill in."""

    def __init__(
        self, name: str, parts: Sequence[tuple[Role, str]], defaults: Values | None = None
    ) -> None:
        self.name = name
        self.parts = parts
        self.defaults: Values = defaults or {}

    def fields(self) -> list[str]:
        """Return the names of all fields, sorted."""
        found: set[str] = set()
        for _, text in self.parts:
            found.update(FIELD.findall(text))
        return sorted(found)

    def render(self, values: Values) -> list[Message]:
        """Return the messages with these values."""
        merged = {**self.defaults, **values}

        def value(match: re.Match[str]) -> str:
            return str(merged[match[1]])

        return [{"role": role, "content": FIELD.sub(value, text)} for role, text in self.parts]


class Library:
    """Templates by name."""

    def __init__(self) -> None:
        self._templates: dict[str, Renderer] = {}

    def add(self, template: Renderer) -> None:
        """Add a template, or replace the one of its name."""
        self._templates[template.name] = template

    def find(self, name: str) -> Renderer | None:
        """Return the template of this name, if there is one."""
        return self._templates.get(name)

    def build(
        self,
        name: str,
        values: Values,
        history: Sequence[Message] = (),
        limit: int | None = None,
    ) -> list[Message]:
        """Return the messages of a request: the first of the template, the history, the others."""
        template = self.find(name)
        if template is None:
            raise KeyError(name)
        messages = template.render(values)
        kept = history if limit is None else history[max(len(history) - limit, 0) :]
        return [*messages[:1], *kept, *messages[1:]]


# ----- Given, but for its types. -----


def rehearse(history: Sequence[Message], limit: int | None = None) -> list[str]:
    """Return the contents of a request with this history."""
    library = Library()
    parts: list[tuple[Role, str]] = [("system", "Be kind."), ("user", "{question}")]
    library.add(Template("support", parts))
    messages = library.build("support", {"question": "Where is it?"}, history, limit)
    return [message["content"] for message in messages]


def rehearse_one() -> list[Message]:
    """Return a request of one message."""
    library = Library()
    library.add(Template("ping", [("user", "Ping at {temperature}")]))
    return library.build("ping", {"temperature": 0.2})
