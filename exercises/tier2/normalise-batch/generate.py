"""Other batches, with rows of zeros, single vectors and both kinds of floats."""

import random


def cases(rng: random.Random) -> list[dict]:
    made = []
    for number in range(10):
        width = rng.randint(1, 5)
        kind = rng.choice(["float32", "float64"])
        scale = rng.choice([1.0, 0.25, 1024.0])
        rows = [[rng.randint(-8, 8) * scale for _ in range(width)] for _ in range(rng.randint(1, 4))]
        if number % 3 == 0:
            rows[rng.randrange(len(rows))] = [0.0] * width
        vectors = rows[0] if number % 4 == 3 else rows
        made.append({"purpose": f"numbers of {kind}", "call": f"normalise(array({vectors!r}, dtype={kind!r}))"})
    return made
