"""Make the fixtures: `python make_fixtures.py` writes the same files every time."""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent / "fixtures"
TEXTS, POSITIONS, SIZE = 200, 40, 12


def main() -> None:
    rng = np.random.default_rng(31)
    HERE.mkdir(exist_ok=True)
    for name, dtype, shift in (("batch", np.float32, -1.0), ("half", np.float16, 4000.0)):
        tokens = rng.normal(shift, 1.0, size=(TEXTS, POSITIONS, SIZE)).astype(dtype)
        lengths = rng.integers(1, POSITIONS + 1, size=TEXTS)
        lengths[rng.choice(TEXTS, size=5, replace=False)] = 0  # empty texts
        mask = (np.arange(POSITIONS) < lengths[:, np.newaxis]).astype(np.int64)
        left = rng.random(TEXTS) < 0.4  # some models pad on the left
        mask[left] = mask[left, ::-1]
        tokens[(mask == 0) & (rng.random(mask.shape) < 0.02)] = np.nan
        np.save(HERE / f"{name}-tokens.npy", tokens)
        np.save(HERE / f"{name}-mask.npy", mask)
    np.save(HERE / "no-positions-tokens.npy", np.zeros((2, 0, 3), dtype=np.float32))
    np.save(HERE / "no-positions-mask.npy", np.zeros((2, 0), dtype=np.int64))


if __name__ == "__main__":
    main()
