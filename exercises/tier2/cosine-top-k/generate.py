"""Other vectors and other k; with ties, zero rows and rows of very different length."""

import random


def cases(rng: random.Random) -> list[dict]:
    made = []
    for number in range(10):
        width = rng.randint(2, 4)
        # Small whole numbers: their squares and sums are exact, so that ties are ties.
        rows = [[float(rng.randint(-3, 3)) for _ in range(width)] for _ in range(rng.randint(1, 7))]
        if number % 3 == 0:
            rows.append([0.0] * width)
        if number % 2:
            rows.append(list(rows[0]))
        query = [float(rng.randint(-3, 3)) for _ in range(width)]
        k = rng.randint(1, len(rows))
        call = f"top_k(array({query!r}, dtype='float32'), array({rows!r}, dtype='float32'), {k})"
        made.append({"purpose": f"the best {k} of {len(rows)} rows", "call": call})
    return made
