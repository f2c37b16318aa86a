"""Make the fixtures of this exercise: `python make_fixtures.py` writes the same files every time."""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent / "fixtures"


def main() -> None:
    """Write 1,500 requests to a model: how long the answer takes, from four properties."""
    rng = np.random.default_rng(34)
    rows = 1500
    prompt = rng.lognormal(6, 0.7, rows)  # tokens in
    answer = rng.lognormal(4.5, 0.6, rows)  # tokens out
    load = rng.uniform(0, 1, rows)  # how busy the server was
    cached = rng.integers(0, 2, rows)  # whether the prompt was in the cache
    seconds = 0.2 + prompt * (1 - 0.8 * cached) / 1500 + answer / 90 * (1 + load)
    seconds += rng.normal(0, 0.05, rows)

    HERE.mkdir(exist_ok=True)
    x = np.column_stack([prompt, answer, load, cached]).astype(np.float32)
    y = seconds.astype(np.float32)
    np.save(HERE / "x-train.npy", x[:1210])
    np.save(HERE / "y-train.npy", y[:1210])
    np.save(HERE / "x-val.npy", x[1210:])
    np.save(HERE / "y-val.npy", y[1210:])


if __name__ == "__main__":
    main()
