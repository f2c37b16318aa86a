"""Make the fixtures of this exercise: `python make_fixtures.py` writes the same files every time."""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent / "fixtures"
TOPICS, ROWS, SIZE = 12, 2400, 24


def gap(query: np.ndarray, embeddings: np.ndarray, k: int) -> float:
    """Return the smallest distance between two neighbours among the k + 1 best scores."""
    lengths = np.linalg.norm(embeddings, axis=1)
    scores = (
        embeddings @ query / np.where(lengths > 0, lengths, 1) / np.linalg.norm(query)
    )
    best = np.sort(scores)[::-1][: k + 1]
    return float(np.min(-np.diff(best)))


def main() -> None:
    rng = np.random.default_rng(20)
    centres = rng.normal(size=(TOPICS, SIZE))
    topic = rng.integers(TOPICS, size=ROWS)
    embeddings = centres[topic] + rng.normal(scale=0.6, size=(ROWS, SIZE))
    embeddings *= rng.lognormal(sigma=0.5, size=(ROWS, 1))  # long and short documents
    embeddings[rng.choice(ROWS, size=9, replace=False)] = 0  # empty documents
    embeddings = embeddings.astype(np.float32)

    HERE.mkdir(exist_ok=True)
    np.save(HERE / "embeddings.npy", embeddings)
    for number in (1, 2):
        while True:
            query = centres[number] + rng.normal(scale=0.5, size=SIZE)
            query = query.astype(np.float32)
            # No near-ties: the order must be the same on every computer.
            if gap(query.astype(float), embeddings.astype(float), 8) > 5e-4:
                break
        np.save(HERE / f"query-{number}.npy", query)


if __name__ == "__main__":
    main()
