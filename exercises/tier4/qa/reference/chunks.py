"""Text files, and the overlapping chunks that they are cut into."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = frozenset({".txt", ".md"})


@dataclass(frozen=True)
class Chunk:
    """A part of a document."""

    source: str
    text: str


def load_documents(folder: Path) -> dict[str, str]:
    """Read the text files of a folder and its subfolders: text by relative path."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix in SUFFIXES)
    texts = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8-sig", errors="replace")
        for path in paths
    }
    return dict(sorted(texts.items()))


def split_text(text: str, size: int, overlap: int) -> list[str]:
    """Cut a text into chunks of `size` words; neighbours share `overlap` words."""
    if not 0 <= overlap < size:
        raise ValueError(f"overlap must be at least 0 and below the size {size}, not {overlap}")
    words = text.split()
    chunks: list[str] = []
    start = 0
    while start < len(words):
        chunks.append(" ".join(words[start : start + size]))
        if start + size >= len(words):
            break
        start += size - overlap
    return chunks


def chunk_documents(documents: Mapping[str, str], size: int, overlap: int) -> list[Chunk]:
    """Cut all documents, in their order."""
    return [
        Chunk(source, part)
        for source, text in documents.items()
        for part in split_text(text, size, overlap)
    ]
