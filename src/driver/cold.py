"""A cold start: becomes the learner's program at once.

    start.py script|call FOLDER ENTRY SEED [ARGS...]
"""

import sys


def main() -> None:
    kind, folder, entry, seed, *args = sys.argv[1:]
    if kind == "call":
        # What our own modules need: the next line is for them only, and leaves the library's files alone.
        import array, json, re  # noqa: E401, F401
    # Kept compiled beside us, since every cold case of a slot starts here.
    sys.dont_write_bytecode = False
    import case

    if kind == "call":
        import call  # noqa: F401
    sys.dont_write_bytecode = True
    case.baseline()
    case.run(kind, folder, entry, args, int(seed))
