"""Logs with keys and passwords in other places, passwords with signs in them, and words that only look like keys."""

import random
import string

LETTERS = string.ascii_letters + string.digits


def secret(rng: random.Random, length: int, signs: str = "") -> str:
    return "".join(rng.choices(LETTERS + signs * 3, k=length))


def cases(rng: random.Random) -> list[dict]:
    made = []
    for _ in range(10):
        key = f"sk-{secret(rng, rng.randint(16, 24), '-_')}"
        password = secret(rng, rng.randint(8, 13), "+.*$")
        token = secret(rng, rng.randint(4, 18))
        header = rng.choice(["Authorization: Bearer ", "authorization:bearer ", "'AUTHORIZATION': 'Bearer  "])
        lines = [
            f"INFO call with {key} and again {key}",
            f"WARN retry with sk-{secret(rng, 20)}, see ri{key}",
            f"ERROR postgres://app:{password}@db/evals refused, é{key}",
            f"DEBUG {header}{token}, accept: */*",
            f"INFO mode=prod {password}{password} sk-{secret(rng, 9)}",
            f"DEBUG {header}{key}",
        ]
        rng.shuffle(lines)
        end = rng.choice(["\n", "\r\n"])
        made.append(
            {
                "purpose": "a log with keys, passwords and words that look like them",
                "args": ["API_KEY", "DB_PASSWORD", "MODE", "NOT_SET"],
                "env": {"API_KEY": key, "DB_PASSWORD": password, "MODE": "prod"},
                "stdin": end.join(lines[: rng.randint(3, 6)]) + rng.choice(["", end]),
            }
        )
    return made
