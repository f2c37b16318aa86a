"""The tokenizers that the library brings along."""

from registry import Registry
from tokens import BaseTokenizer

builtin = Registry()


@builtin.register("words")
class WordTokenizer(BaseTokenizer):
    """Words, cut at white space."""

    def split(self, text: str) -> list[str]:
        return text.split()

    def join(self, pieces: list[str]) -> str:
        return " ".join(pieces)


@builtin.register("chars")
class CharTokenizer(BaseTokenizer):
    """Single characters."""

    def split(self, text: str) -> list[str]:
        return list(text)

    def join(self, pieces: list[str]) -> str:
        return "".join(pieces)
