"""How others use the library. Given: leave it as it is."""

from collections.abc import Mapping
from typing import Literal, TypedDict, assert_type

from solution import Library, Message, Renderer, Role, Template


class Fixed:
    """Always the same message: no `Template`, but as good as one."""

    def __init__(self, name: str, role: Role, text: str) -> None:
        self.name = name
        self._message: Message = {"role": role, "content": text}

    def render(self, values: Mapping[str, str | int | float]) -> list[Message]:
        return [self._message]


class Stored(TypedDict):
    """A message as the archive keeps it: both keys, and just these three roles."""

    role: Literal["system", "user", "assistant"]
    content: str


def store(message: Message) -> Stored:
    """A message for the archive."""
    return message


def support_request(library: Library, question: str, past: tuple[Message, ...]) -> list[Message]:
    """A request as the support desk makes it."""
    scores: dict[str, float] = {"temperature": 0.2}
    words: dict[str, str] = {"question": question}
    assert_type(library.find("support"), Renderer | None)
    assert_type(library.build("warm-up", scores), list[Message])
    return library.build("support", words, history=past, limit=4)


def make_library() -> Library:
    """The templates of the support desk."""
    library = Library()
    system: Role = "system"
    library.add(Template("support", [(system, "Be {tone}."), ("user", "{question}")], {"tone": "kind"}))
    library.add(Template("warm-up", (("user", "Ping at {temperature}"),)))
    library.add(Fixed("hello", "assistant", "How can I help?"))
    return library


def sizes(messages: list[Message]) -> list[int]:
    """The lengths of messages."""
    template = Template("x", [("user", "{a}")])
    assert_type(template.fields(), list[str])
    assert_type(template.name, str)
    return [len(message["content"]) for message in messages]
