"""Where every interpreter of ours starts.

    start.py script|call FOLDER ENTRY SEED [ARGS...]    becomes the learner's program: a cold start
    start.py warm MODULE...                             becomes a zygote

Kept short: what a program was parsed into is freed when its frames go, which in a fork is a page copied for each page
of it.
"""

import sys


def main(kind: str, *args: str) -> None:
    if kind == "warm":
        import zygote

        zygote.main(args)
    else:
        cold(kind, *args)


def cold(kind: str, folder: str, entry: str, seed: str, *args: str) -> None:
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
    case.run(kind, folder, entry, list(args), int(seed))


main(*sys.argv[1:])
