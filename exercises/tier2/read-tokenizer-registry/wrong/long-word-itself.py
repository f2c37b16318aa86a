"""The registry of our service: what is in it, and how names are resolved."""

from collections.abc import Iterable
from typing import Any

from builtin import builtin
from registry import Entry, Registry, RegistryError
from tokens import UNKNOWN, BaseTokenizer

RANKS = {"library": 0, "plugin": 1, "user": 2}
INSIDE = "##"


@builtin.register("wordpiece")
class WordPieceTokenizer(BaseTokenizer):
    """Words, and parts of words: the longest piece that fits, again and again."""

    def __init__(
        self, vocab: Iterable[str], *, lowercase: bool = False, max_chars: int = 100
    ) -> None:
        super().__init__(vocab, lowercase=lowercase)
        self.max_chars = max_chars

    def split(self, text: str) -> list[str]:
        return [piece for word in text.split() for piece in self._cut(word)]

    def join(self, pieces: list[str]) -> str:
        words: list[str] = []
        for piece in pieces:
            if piece.startswith(INSIDE) and words:
                words[-1] += piece.removeprefix(INSIDE)
            else:
                words.append(piece.removeprefix(INSIDE))
        return " ".join(words)

    def _cut(self, word: str) -> list[str]:
        """The pieces of one word, or `UNKNOWN` for all of it."""
        if len(word) > self.max_chars:
            return [word]
        pieces: list[str] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                part = word[start:end]
                piece = INSIDE + part if start else part
                if self.known(piece) and (start or not part.startswith(INSIDE)):
                    break
            else:
                return [UNKNOWN]
            pieces.append(piece)
            start = end
        return pieces


class ServiceRegistry(Registry):
    """A registry with aliases, in which the user's tokenizers go before those of others."""

    def __init__(self) -> None:
        super().__init__()
        self._aliases: dict[str, str] = {}

    def alias(self, alias: str, target: str) -> None:
        """Make `alias` another name for `target`, which may be registered later."""
        key = self.key(alias)
        if key in self._entries:
            raise RegistryError(f"{key} is a tokenizer, not an alias")
        step = self.key(target)
        while step != key and step in self._aliases and step not in self._entries:
            step = self._aliases[step]
        if step == key:
            raise RegistryError(f"{key} would be an alias of itself")
        self._aliases[key] = self.key(target)

    def conflict(self, old: Entry, new: Entry) -> Entry:
        """The higher source stays, whoever came first; equal ones are refused as before."""
        if RANKS[old.source] == RANKS[new.source]:
            return super().conflict(old, new)
        return max(old, new, key=lambda entry: RANKS[entry.source])

    def missing(self, key: str) -> Entry:
        """Follow the alias of this name, if it is one."""
        if key in self._aliases:
            return self.find(self._aliases[key])
        return super().missing(key)


def new_registry() -> ServiceRegistry:
    """A new registry with everything that the library brings along."""
    registry = ServiceRegistry()
    registry.include(builtin)
    registry.alias("bert", "wordpiece")
    registry.alias("whitespace", "words")
    return registry


# ----- Given: it tries a new registry out, step by step. Leave it as it is. -----


def rehearse(steps: list[list[Any]]) -> list[Any]:
    """Do the steps with one new registry; return what they gave, and the messages of errors.

    A step is ["register", name, name of a built-in tokenizer, source], ["alias", alias, target],
    ["find", name], ["names"], or one of ["encode", name, vocab, text, options],
    ["decode", name, vocab, ids], ["count", name, vocab, text].
    """
    registry: Any = new_registry()
    report: list[Any] = []
    for action, *rest in steps:
        try:
            match action, rest:
                case "register", [name, like, source]:
                    registry.register(name, source=source)(builtin.find(like).factory)
                case "alias", [alias, target]:
                    registry.alias(alias, target)
                case "find", [name]:
                    entry = registry.find(name)
                    report.append([entry.name, entry.factory.__name__, entry.source])
                case "names", []:
                    report.append(registry.names())
                case "encode", [name, vocab, text, options]:
                    report.append(registry.create(name, vocab, **options).encode(text))
                case "decode", [name, vocab, ids]:
                    report.append(registry.create(name, vocab).decode(ids))
                case "count", [name, vocab, text]:
                    report.append(registry.create(name, vocab).count(text))
        except (LookupError, ValueError) as error:
            report.append(f"{type(error).__name__}: {error}")
    return report
