"""Load labelled texts for a classifier."""

import json
from pathlib import Path


def read_texts(path):
    """Return the texts of a JSONL file, and the numbers of the lines that are no JSON."""
    texts = []
    skipped = []
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                skipped.append(number)
            else:
                texts.append(row["text"])
    return texts, skipped


def read_labels(path):
    """Return the labels of a text file, one a line."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip()]


def make_cleaner(phrases):
    """Return a function that removes all phrases from a text."""

    def clean(text):
        for phrase in phrases:
            text = text.replace(phrase, "").strip()
        return text.strip()

    return clean


def pair(texts, labels):
    """Return texts and labels as records."""
    return [
        {"text": text, "label": None if label == "none" else label}
        for text, label in zip(texts, labels, strict=True)
    ]


def load(folder, phrases):
    """Return the records of a folder, and the numbers of the skipped lines."""
    texts, skipped = read_texts(Path(folder) / "texts.jsonl")
    labels = read_labels(Path(folder) / "labels.txt")
    clean = make_cleaner(phrases)
    return pair([clean(text) for text in texts], labels), skipped
