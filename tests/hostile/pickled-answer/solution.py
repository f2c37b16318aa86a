"""Answers with a pickle that would kill the process that reads it."""

import os
import pickle


class Bomb:
    def __reduce__(self):
        return os._exit, (1,)


def f(values):
    for fd in (3, 1, 2):
        os.write(fd, pickle.dumps(Bomb()))
    os._exit(0)
