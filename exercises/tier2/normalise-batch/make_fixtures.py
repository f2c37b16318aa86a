"""Make the fixtures of this exercise: `python make_fixtures.py` writes the same files every time."""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent / "fixtures"


def main() -> None:
    rng = np.random.default_rng(21)
    HERE.mkdir(exist_ok=True)

    np.save(HERE / "empty.npy", np.zeros((0, 8), dtype=np.float32))

    # Sentence embeddings as a model gives them: lengths between 1 and 30, some documents empty.
    batch = rng.normal(size=(2000, 24)) * rng.lognormal(
        mean=0.5, sigma=0.7, size=(2000, 1)
    )
    batch[rng.choice(2000, size=12, replace=False)] = 0
    np.save(HERE / "batch.npy", batch.astype(np.float32))

    # Activations in half precision, large enough for their squares to overflow.
    half = rng.normal(scale=200, size=(1000, 16))
    half[rng.choice(1000, size=5, replace=False)] = 0
    np.save(HERE / "half.npy", half.astype(np.float16))


if __name__ == "__main__":
    main()
