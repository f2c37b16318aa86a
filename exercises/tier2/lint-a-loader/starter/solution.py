"""Load labelled texts for a classifier."""
import os, sys
import json
from typing import List, Dict
from pathlib import *


def read_texts(path, skipped=[]):
    """Return the texts of a JSONL file, and the numbers of the lines that are no JSON."""
    file = open(path, encoding="utf-8")
    texts = []
    for number, line in enumerate(file, start=1):
        try:
            texts.append(json.loads(line)["text"])
        except:
            skipped.append(number)
    file.close()
    return texts, skipped


def read_labels(path):
    """Return the labels of a text file, one a line."""
    input = open(path, "r", encoding="utf-8")
    labels = [l.strip() for l in input if not l.strip() == ""]
    input.close()
    return labels


def make_cleaner(phrases):
    """Return a function that removes all phrases from a text."""
    steps = []
    for phrase in phrases:
        steps.append(lambda text: text.replace(phrase, ""))

    def clean(text):
        for step in steps:
            text = step(text)
        cleaned = text.strip()
        return text

    return clean


def pair(texts, labels):
    """Return texts and labels as records."""
    list = []
    for text, label in zip(texts, labels):
        if label == "none": label = None
        list.append({"text": text, "label": label})
    return list


def load(folder, phrases):
    """Return the records of a folder, and the numbers of the skipped lines."""
    texts, skipped = read_texts(os.path.join(folder, "texts.jsonl"))
    labels = read_labels(os.path.join(folder, "labels.txt"))
    clean = make_cleaner(phrases)
    records: List[Dict] = pair([clean(text) for text in texts], labels)
    unlabelled = [record for record in records if record["label"] == None]
    return records, skipped
