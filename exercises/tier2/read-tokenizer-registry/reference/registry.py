"""Tokenizers by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tokens import Tokenizer

Factory = Callable[..., Tokenizer]
F = TypeVar("F", bound=Factory)


class RegistryError(LookupError):
    """A name that is not there, or one that is there twice."""


@dataclass(frozen=True)
class Entry:
    """A registered tokenizer, and who brought it: "library", "plugin" or "user"."""

    name: str
    factory: Factory
    source: str = "library"


class Registry:
    """Tokenizers by name.

    A subclass may change the rules: `key` says which names are the same, `conflict` which of two
    entries of the same name stays, `missing` what happens when nothing has the name.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def key(self, name: str) -> str:
        """The form in which a name is stored and looked up."""
        return name.strip().lower().replace("_", "-")

    def conflict(self, old: Entry, new: Entry) -> Entry:
        """Return the one that stays, or raise."""
        raise RegistryError(f"{new.name} is already registered ({old.source})")

    def missing(self, key: str) -> Entry:
        """Return the entry for a key that nobody registered, or raise."""
        raise RegistryError(f"no tokenizer {key}, there are: {', '.join(self.names())}")

    def register(self, name: str, *, source: str = "library") -> Callable[[F], F]:
        """A decorator: make a class, or a function that returns a tokenizer, known as `name`."""

        def decorate(factory: F) -> F:
            self.add(Entry(name, factory, source))
            return factory

        return decorate

    def add(self, entry: Entry) -> None:
        key = self.key(entry.name)
        old = self._entries.get(key)
        self._entries[key] = entry if old is None else self.conflict(old, entry)

    def include(self, other: "Registry") -> None:
        """Add all entries of another registry."""
        for entry in other._entries.values():
            self.add(entry)

    def find(self, name: str) -> Entry:
        key = self.key(name)
        return self._entries[key] if key in self._entries else self.missing(key)

    def create(self, name: str, vocab: list[str], **options: object) -> Tokenizer:
        return self.find(name).factory(vocab, **options)

    def names(self) -> list[str]:
        return sorted(self._entries)
