"""The cold start of a case: a fresh interpreter that becomes the learner's program.

    start.py KIND FOLDER ENTRY SEED [ARGS...]
"""

import sys


def main() -> None:
    kind, folder, entry, seed = sys.argv[1:5]
    if kind == "call":
        # What our own modules need: the next line is for them only, and leaves the library's files alone.
        import array, json, re  # noqa: E401, F401
    # Kept compiled beside us, since every cold case of a slot starts here.
    sys.dont_write_bytecode = False
    import case, seeds  # noqa: E401, F401

    if kind == "call":
        import call  # noqa: F401
    sys.dont_write_bytecode = True
    case.baseline()
    case.run(kind, folder, entry, sys.argv[5:], int(seed))


main()
