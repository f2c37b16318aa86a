"""Has a generator make its cases, and prints them as JSON. What the generator itself prints goes to standard error."""

import json
import random
import sys

out, sys.stdout = sys.stdout, sys.stderr
seed = int(sys.stdin.readline())

import generator  # noqa: E402

print(json.dumps(generator.cases(random.Random(seed))), file=out)
