"""The same random numbers in every run of a case: seeds the global generators that libraries keep.

What is imported already is seeded at once, the rest right after its import, so that the stream is the same in a fresh
interpreter and in one that had the library before. Generators that are made without a seed (`random.Random()`,
`numpy.random.default_rng()`) stay fresh: that is their contract.
"""

import sys

MOST_32 = 0xFFFF_FFFF


def _random(module, seed: int) -> None:
    module.seed(seed)


def _numpy(module, seed: int) -> None:
    module.seed(seed & MOST_32)


def _torch(module, seed: int) -> None:
    # Not `manual_seed`, which also leaves word, with a stack trace, for devices that a case does not have.
    module.default_generator.manual_seed(seed)


SEEDED = {"random": _random, "numpy.random": _numpy, "torch": _torch}


def plant(seed: int, folder: str) -> None:
    """Seeds what is imported and has the rest seeded when it is; modules in `folder` are the learner's own."""
    later = {}
    for name, plant_in in SEEDED.items():
        module = sys.modules.get(name)
        if module is None:
            later[name] = plant_in
        else:
            plant_in(module, seed)
    sys.meta_path.insert(0, _AfterImport(later, seed, folder + "/"))


class _AfterImport:
    """A finder that finds nothing itself: it has the loader that another found seed the module, once."""

    def __init__(self, later: dict, seed: int, folder: str) -> None:
        self.later = later
        self.seed = seed
        self.folder = folder

    def find_spec(self, name, path=None, target=None):
        if name not in self.later:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                break
        else:
            return None
        # A loader that is a class serves many modules; none of ours has one.
        if not (spec.origin or "").startswith(self.folder) and not isinstance(spec.loader, type):
            _seed_after(spec.loader, self.later.pop(name), self.seed)
        return spec


def _seed_after(loader, plant_in, seed: int) -> None:
    """Shadows the loader's `exec_module` until it is called: afterwards there is nothing of ours to be seen."""

    def exec_module(module):
        del loader.exec_module
        loader.exec_module(module)
        plant_in(module, seed)

    # The interpreter leaves the import system's own frames out of tracebacks, and knows them by this name.
    exec_module.__code__ = exec_module.__code__.replace(co_filename="<frozen importlib._bootstrap_external>")
    loader.exec_module = exec_module
