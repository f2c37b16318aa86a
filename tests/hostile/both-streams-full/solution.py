"""Writes more than a pipe holds to both streams, first to the one that nobody waits for."""

import sys

sys.stderr.write("err\n" * 100_000)
sys.stdout.write("out\n" * 100_000)
