"""Make the fixtures: `python make_fixtures.py` writes the same files every time."""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent / "fixtures"
POINTS, CENTRES, SIZE = 1200, 1500, 96


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name, seed in (("first", 71), ("second", 72)):
        rng = np.random.default_rng(seed)
        centres = rng.normal(loc=0.4, size=(CENTRES, SIZE))
        owner = rng.integers(CENTRES, size=POINTS)
        points = centres[owner] + rng.normal(scale=0.2, size=(POINTS, SIZE))
        points[::2] = centres[owner[::2]]  # every other one lies exactly on a centre
        points, centres = points.astype(np.float32), centres.astype(np.float32)
        np.save(HERE / f"{name}-points.npy", points)
        np.save(HERE / f"{name}-centres.npy", centres)
        # The order must be the same on every computer.
        steps = [np.linalg.norm(centres.astype(float) - p, axis=1) for p in points.astype(float)]
        distances = np.stack(steps)
        assert (distances.argmin(axis=1) == owner).all()
        assert np.min(np.diff(np.sort(distances, axis=1)[:, :2], axis=1)) > 1


if __name__ == "__main__":
    main()
