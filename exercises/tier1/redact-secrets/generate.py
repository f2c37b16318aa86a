"""Logs with keys and passwords in other places."""

import random
import string


def secret(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(string.ascii_letters + string.digits, k=length))


def cases(rng: random.Random) -> list[dict]:
    made = []
    for _ in range(8):
        key, password = f"sk-{secret(rng, rng.randint(12, 24))}", secret(rng, rng.randint(6, 12))
        other = f"sk-{secret(rng, 20)}"
        lines = [
            f"INFO call with {key} and again {key}",
            f"WARN retry with {other}, see task-list.pdf",
            f"ERROR postgres://app:{password}@db/evals refused",
            f"DEBUG Authorization: Bearer {secret(rng, 18)}, accept: */*",
            "INFO nothing secret in here, risk-free",
            f"INFO {password}{password}",
        ]
        rng.shuffle(lines)
        made.append(
            {
                "purpose": "a log with keys and a password",
                "args": ["API_KEY", "DB_PASSWORD"],
                "env": {"API_KEY": key, "DB_PASSWORD": password},
                "stdin": "".join(f"{line}\n" for line in lines[: rng.randint(3, 6)]),
            }
        )
    return made
