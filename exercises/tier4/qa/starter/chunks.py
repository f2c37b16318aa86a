"""Text files, and the overlapping chunks that they are cut into."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Chunk:
    """A part of a document."""

    source: str
    text: str


def load_documents(folder: Path) -> dict[str, str]:
    """Read the text files of a folder and its subfolders: text by relative path."""
    raise NotImplementedError


def split_text(text: str, size: int, overlap: int) -> list[str]:
    """Cut a text into chunks of `size` words; neighbours share `overlap` words."""
    raise NotImplementedError


def chunk_documents(documents: Mapping[str, str], size: int, overlap: int) -> list[Chunk]:
    """Cut all documents, in their order."""
    raise NotImplementedError
