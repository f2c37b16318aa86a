"""Other vectors and other k; with ties, zero rows and rows of very different length."""

import random


def cosine(query: list[float], row: list[float]) -> tuple[float, float] | None:
    """Return what equal cosines share, exactly; None where floats may not agree that it is 0."""
    products = [x * y for x, y in zip(query, row, strict=True)]
    dot, square = sum(products), sum(x * x for x in row)
    if dot == 0:
        return None if any(products) else (0.0, 1.0)
    return dot * abs(dot), square


def cases(rng: random.Random) -> list[dict]:
    made = []
    for number in range(10):
        width = rng.randint(2, 4)
        query = [float(rng.randint(-3, 3)) for _ in range(width)]
        rows, seen = [], []
        for _ in range(rng.randint(2, 7)):
            row = [float(rng.randint(-3, 3)) for _ in range(width)]
            one = cosine(query, row)
            # Ties come below, on purpose: rounding must not make or hide any.
            if one and (one[0] == 0 or all(one[0] * b != a * one[1] for a, b in seen)):
                rows.append(row)
                seen.append(one)
        if number % 3 == 0 or not rows:
            rows.append([0.0] * width)
        if number % 2:
            # Twice as long is exact in floats, whatever is divided first.
            rows += [[2 * x for x in rng.choice(rows)] for _ in range(rng.choice([1, 2, 18]))]
        rng.shuffle(rows)
        k = rng.randint(1, len(rows))
        call = f"top_k(array({query!r}, dtype='float32'), array({rows!r}, dtype='float32'), {k})"
        made.append({"purpose": f"the best {k} of {len(rows)} rows", "call": call})
    return made
