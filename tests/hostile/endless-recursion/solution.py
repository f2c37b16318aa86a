"""Recurses through native code with no limit on the depth."""

import sys

sys.setrecursionlimit(10**9)


class Sum:
    def __add__(self, other):
        return self + other


Sum() + Sum()
