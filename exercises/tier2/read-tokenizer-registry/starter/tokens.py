"""What a tokenizer is, and what all of ours share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Protocol

PAD = "<pad>"
UNKNOWN = "<unk>"


class Tokenizer(Protocol):
    """What the rest of the program may use of a tokenizer."""

    def encode(self, text: str) -> list[int]: ...

    def decode(self, ids: Sequence[int]) -> str: ...

    def count(self, text: str) -> int: ...


class BaseTokenizer(ABC):
    """A tokenizer with a table of pieces.

    A subclass says how a text is cut (`split`) and put together again (`join`). It never sees ids:
    the table, unknown pieces, special tokens and lower case are dealt with here.
    """

    specials: tuple[str, ...] = (PAD, UNKNOWN)

    def __init__(self, vocab: Iterable[str], *, lowercase: bool = False) -> None:
        self.lowercase = lowercase
        self._pieces = list(dict.fromkeys([*self.specials, *vocab]))
        self._ids = {piece: number for number, piece in enumerate(self._pieces)}

    @abstractmethod
    def split(self, text: str) -> list[str]:
        """Cut a text into pieces; those that are not in the table become `UNKNOWN` later."""

    @abstractmethod
    def join(self, pieces: list[str]) -> str:
        """Put pieces together to a text."""

    def known(self, piece: str) -> bool:
        """Whether a text may contain this piece; nobody can type a special token."""
        return piece in self._ids and piece not in self.specials

    def encode(self, text: str) -> list[int]:
        pieces = self.split(text.lower() if self.lowercase else text)
        unknown = self._ids[UNKNOWN]
        return [self._ids[piece] if self.known(piece) else unknown for piece in pieces]

    def decode(self, ids: Sequence[int]) -> str:
        for number in ids:
            if not 0 <= number < len(self._pieces):
                raise ValueError(f"no piece has the id {number}")
        pieces = [self._pieces[number] for number in ids]
        return self.join([piece for piece in pieces if piece != PAD])

    def count(self, text: str) -> int:
        return len(self.encode(text))
