"""The cold start of a case: a fresh interpreter that becomes the learner's program.

    start.py KIND FOLDER ENTRY SEED [ARGS...]
"""

import sys

# Kept compiled beside us, since every case of a slot starts here; the learner's modules never are.
sys.dont_write_bytecode = False
import case
import seeds

sys.dont_write_bytecode = True


def main() -> None:
    kind, folder, entry, seed = sys.argv[1:5]
    case.baseline()
    case.run(kind, folder, entry, sys.argv[5:], int(seed))


main()
