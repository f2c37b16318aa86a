"""How much of a test set was in the training data?"""

import random
from collections.abc import Iterator


def ngrams(text: str, n: int) -> Iterator[tuple[str, ...]]:
    """Yield the n-grams of a text, in order."""
    words = text.casefold().split()
    return zip(*(words[start:] for start in range(n)), strict=False)


def contamination(
    train: list[str], tests: list[str], n: int = 8
) -> list[tuple[float, int | None]]:
    """Return the share of known n-grams of each test document, and where the first one comes from."""
    if n < 1:
        raise ValueError("n must be at least 1")
    texts = [" ".join(document.casefold().split()) for document in train]

    findings: list[tuple[float, int | None]] = []
    for document in tests:
        grams = list(ngrams(document, n))
        known = []
        for gram in grams:
            sources = (index for index, text in enumerate(texts) if " ".join(gram) in text)
            known.extend(index for index in [next(sources, None)] if index is not None)
        findings.append((len(known) / len(grams), min(known)) if known else (0.0, None))
    return findings


# ----- Given. Leave everything below as it is. -----


def make_corpus(documents: int, tests: int, seed: int) -> tuple[list[str], list[str]]:
    """Make training and test documents of 120 words; every third test document is partly copied."""
    pick = random.Random(seed)
    words = [f"w{number}" for number in range(500)]
    train = [" ".join(pick.choices(words, k=120)) for _ in range(documents)]
    made = []
    for number in range(tests):
        own = pick.choices(words, k=120)
        if number % 3 == 0:
            copied = pick.choice(train).split()
            start = pick.randrange(60)
            own[start : start + 40] = copied[start : start + 40]
        made.append(" ".join(own))
    return train, made


def rehearse(documents: int, tests: int, seed: int, n: int = 8) -> dict[str, float]:
    """Check a made corpus: how many documents are affected, all shares and sources added up."""
    findings = contamination(*make_corpus(documents, tests, seed), n)
    sources = [source for _, source in findings if source is not None]
    return {
        "affected": len(sources),
        "shares": round(sum(share for share, _ in findings), 9),
        "sources": sum(sources),
    }


if __name__ == "__main__":
    print(rehearse(30, 10, seed=1))
