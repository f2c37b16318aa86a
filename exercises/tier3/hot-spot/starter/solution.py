"""How much of a test set was in the training data?"""

import random


def ngrams(text: str, n: int) -> list[list[str]]:
    """Return the n-grams of a text, in order."""
    words = text.casefold().split()
    return [words[start : start + n] for start in range(len(words) - n + 1)]


def has_gram(document: str, gram: list[str], n: int) -> bool:
    """Return whether a document has this n-gram."""
    return gram in ngrams(document, n)


def contamination(
    train: list[str], tests: list[str], n: int = 8
) -> list[tuple[float, int | None]]:
    """Return the share of known n-grams of each test document, and where the first one comes from."""
    if n < 1:
        raise ValueError("n must be at least 1")
    findings: list[tuple[float, int | None]] = []
    for document in tests:
        known: list[int] = []
        for gram in ngrams(document, n):
            sources = [index for index, text in enumerate(train) if has_gram(text, gram, n)]
            if sources:
                known.append(sources[0])
        total = len(ngrams(document, n))
        findings.append((len(known) / total, min(known)) if known else (0.0, None))
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
