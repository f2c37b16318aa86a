"""What a warm interpreter does before its first nest, so that forks of it are cheap.

A fork shares memory until it writes, page by page, and Python writes to each object that it looks at: the reference count.
So all of this is about the pages that a program touches, how many they are and how large.
"""

import ctypes
import gc
import io
import itertools
import sys
import types
from collections import namedtuple

import pinning
import seeds

MADV_COLLAPSE = 25
HUGE = 2 << 20
READ, WRITE, EXECUTE = 1, 2, 4

MAP_PRIVATE, MAP_ANONYMOUS = 0x02, 0x20
MAP_FAILED = ctypes.c_void_p(-1).value
MADV_HUGEPAGE = 14
MREMAP_MAYMOVE, MREMAP_FIXED = 1, 2
# Of the 512 pages that a huge one has, so many must be there; and so many huge ones at most, of which each takes a millisecond
# or more: torch has 160.
LEAST_USED = 128
MOST_ENLARGED = 16

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long
libc.munmap.argtypes = ctypes.c_void_p, ctypes.c_size_t
libc.madvise.argtypes = libc.mprotect.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
libc.mremap.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int, ctypes.c_void_p
libc.mremap.restype = ctypes.c_void_p


def reserve(libraries: list[str]) -> None:
    """Has Python take as much memory as objects of these libraries will need, in one piece, before what the libraries map
    lies in between: then most of it fits into huge pages (`collapse`)."""
    megabytes = max((MEGABYTES.get(name, 0) for name in libraries), default=0)
    made = [bytes(LONGEST) for _ in range(megabytes * 2000)]
    # Some are kept, or else all of it would be given back.
    _left_behind.append(made[::1000])


def use(libraries: list[str], ours: list) -> None:
    """Uses libraries as most programs do. What a library does at its first use, such as loading parts of itself and
    filling caches, is then shared by all programs, instead of being repeated, and copied, in each. What runs meanwhile,
    and the code of our own modules, is gathered."""
    run_all(libraries)
    gather({**of_modules(ours), **run_by(lambda: run_all(libraries))})
    for _ in range(USED // max(len(samples(libraries)), 1)):
        run_all(libraries)


def run_all(libraries: list[str]) -> None:
    for sample in samples(libraries):
        run(sample)


def samples(libraries: list[str]) -> list[str]:
    return [sample for name in libraries for sample in SAMPLES.get(name, ())]


def programs(libraries: list[str]) -> list[str]:
    """Whole programs, each of which does a little with all of these libraries. They read `ORDERS`."""
    used = [samples([name]) for name in libraries if name in SAMPLES]
    texts = [COMMON + "".join(one[number % len(one)] for one in used) for number in range(PROGRAMS)]
    return list(dict.fromkeys(texts))


def run(sample: str) -> None:
    """Runs it as far as a program of a learner would be, without its end."""
    for name, plant in seeds.SEEDED.items():
        if name in sys.modules:
            plant(sys.modules[name], 0)
    exec(compile(sample, "sample", "exec", dont_inherit=True), {"__name__": "sample", "ORDERS": io.StringIO(ORDERS)})


ORDERS = "city,count,price\nOslo,2,3.5\nLima,1,\nOslo,4,1.5\n"
COMMON = """
import json
import sys
ORDERS = sys.stdin
print(json.dumps({"words": len("Oslo,2,3.5".split(","))}))
"""
# Small programs with a library. Each is one that somebody could write, from reading to writing: what most of them touch
# is what most programs touch.
SAMPLES = {
    "httpx": (
        """
import httpx
with httpx.Client(base_url="http://nobody", transport=httpx.HTTPTransport(uds="/nobody")) as client:
    try:
        client.get("/orders", params={"city": "Oslo"}).raise_for_status()
    except httpx.TransportError:
        pass
""",
        """
import asyncio
import httpx


def named(loop, coroutine, **more):
    # One without a name would be counted, and a program's first task is Task-1.
    return asyncio.Task(coroutine, loop=loop, name="sample", **more)


async def main() -> None:
    async with httpx.AsyncClient(base_url="http://nobody", transport=httpx.AsyncHTTPTransport(uds="/nobody")) as client:
        try:
            await client.post("/orders", json={"city": "Oslo"}, timeout=1.0)
        except httpx.TransportError:
            pass


# Not `run`, which leaves word that there was a loop.
loop = asyncio.new_event_loop()
loop.set_task_factory(named)
loop.run_until_complete(main())
loop.close()
""",
    ),
    "numpy": (
        """
import numpy as np
numbers = np.array([[1.0, 2.0], [3.0, 4.0]])
numbers[np.argsort(-numbers.sum(axis=1), kind="stable")].mean(axis=0).tolist(), repr(numbers / 2)
""",
        """
import numpy as np
scores = np.asarray([3.0, 1.0, 2.0, 5.0, 4.0])
best = np.argpartition(-scores, 3)[:3]
best[np.argsort(-scores[best], kind="stable")].tolist()
""",
        """
import numpy as np
rows = np.array([[1.0, 2.0], [3.0, 4.0]])
unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
np.round(unit @ unit.T, 6).tolist()
""",
    ),
    "pandas": (
        """
import pandas as pd
orders = pd.read_csv(ORDERS)
orders["total"] = orders["count"] * orders["price"].fillna(0.0)
totals = orders.groupby("city")["total"].sum()
totals.to_csv(), totals.to_dict(), repr(orders)
""",
        """
import pandas as pd
orders = pd.read_csv(ORDERS).assign(total=lambda frame: frame["count"].mul(frame["price"]))
orders.groupby("city", as_index=False).agg(total=("total", "mean")).to_csv(index=False)
""",
        """
import pandas as pd
orders = pd.read_csv(ORDERS)
by_city = orders.groupby("city").agg({"price": "sum", "count": "max"})
joined = orders.merge(by_city.rename(columns={"price": "all"}), left_on="city", right_index=True)
joined[joined["all"] > 1].sort_values(["city", "all"], ascending=[True, False]).to_dict("records")
""",
        """
import pandas as pd
orders = pd.read_csv(ORDERS)
orders["total"] = orders["count"] * orders["price"]
table = orders.pivot_table(index="city", values="total", aggfunc="sum")
table.to_csv(), table.reset_index(drop=True).to_json(orient="records")
""",
        """
import pandas as pd
events = pd.DataFrame([{"at": "2024-05-01", "n": 1}, {"at": "2024-05-02", "n": 2}])
events = events.assign(at=lambda frame: pd.to_datetime(frame["at"])).set_index("at")
events["n"].groupby(events.index.month).sum().to_csv()
""",
    ),
    "torch": (
        """
import torch
network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
with torch.no_grad():
    network(torch.tensor([[1.0, 2.0], [3.0, 4.0]])).softmax(dim=-1).tolist()
""",
    ),
}
# So many are run in all: then the interpreter has specialized the code that they share, and each costs milliseconds before
# the first case. Twice as many made a program no faster outside the wall; within it that has not been measured alone.
USED = 25
# Programs of which the memory that all of them write to is what any does.
PROGRAMS = 2
# How many copies of code fill all gaps of their sizes.
GAPS = 2
# Megabytes of objects of Python that there are when this is loaded and used; with NumPy alone it is not worth the time.
MEGABYTES = {"pandas": 27}
# The longest of bytes that Python puts among its objects: 2,000 make a megabyte.
LONGEST = 479


def run_by(function) -> dict[int, types.CodeType]:
    """The code that runs when `function` is called, in the order in which it is first run, by `id`."""
    seen = {}

    def note(frame, event, argument):
        if event == "call":
            seen.setdefault(id(frame.f_code), frame.f_code)

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return seen


def of_modules(modules: list) -> dict[int, types.CodeType]:
    """All code of these modules, by `id`."""
    spaces = {id(vars(module)) for module in modules}
    left = [function.__code__ for function in functions() if id(function.__globals__) in spaces]
    found = {}
    while left:
        code = left.pop()
        found[id(code)] = code
        left.extend(inner for inner in code.co_consts if type(inner) is types.CodeType)
    return found


def functions() -> list[types.FunctionType]:
    return [thing for thing in gc.get_objects() if type(thing) is types.FunctionType]


# Code that is used no more, and code that never was. Were it freed, what a program makes would fill the gaps, and so touch
# the pages of all of it.
_left_behind = []


def gather(scattered: dict[int, types.CodeType]) -> None:
    """Puts a copy of this code into one place, and has all functions use it.

    Each call of a function counts a reference in its code, so a program copies the page of each function that it calls.
    The code of a library lies where it was loaded, hardly ever two that a program uses in one page; side by side there are
    five or more.
    """
    # The first copies fill the gaps that loading has left: only then the next ones lie side by side.
    _left_behind.extend(code.replace() for _ in range(GAPS) for code in scattered.values())
    gathered = {}

    def moved(code: types.CodeType) -> types.CodeType:
        if id(code) not in gathered:
            inner = (moved(one) if id(one) in scattered else one for one in code.co_consts)
            gathered[id(code)] = code.replace(co_consts=tuple(inner))
        return gathered[id(code)]

    for code in scattered.values():
        moved(code)
    for function in functions():
        if id(function.__code__) in gathered:
            function.__code__ = gathered[id(function.__code__)]
    _left_behind.append(scattered)


class Area(namedtuple("Area", ("first", "end", "rights", "offset", "device", "inode", "name"))):
    """A piece of this process's memory, a line of `/proc/self/maps`. The number of the file is 0 where there is none."""

    def is_followed_by(self, other: "Area") -> bool:
        """Whether the other one is the next piece of the same file."""
        together = self.end == other.first and self.offset + self.end - self.first == other.offset
        return together and (self.device, self.inode) == (other.device, other.inode) and self.inode != "0"


def areas() -> list[Area]:
    with open("/proc/self/maps") as maps:
        lines = [line.split(maxsplit=5) for line in maps]
    found = []
    for limits, rights, offset, device, inode, *name in lines:
        first, end = (int(limit, 16) for limit in limits.split("-"))
        found.append(Area(first, end, rights, int(offset, 16), device, inode, "".join(name).strip()))
    return found


def collapse() -> None:
    """Has the kernel put our own memory into huge pages, where it can: then a fork copies, and its end frees, hundreds of
    times fewer entries of page tables. A program's writes still copy small pages."""
    for area in areas():
        # Memory of no file, or what malloc grows first.
        if area.rights == "rw-p" and area.name in ("", "[heap]"):
            for address in range(-(-area.first // HUGE) * HUGE, area.end - HUGE + 1, HUGE):
                # An older kernel cannot, and a part that is no memory yet need not.
                libc.madvise(address, HUGE, MADV_COLLAPSE)


def enlarge_code() -> None:
    """Puts code that is used into huge pages, as a copy in memory of no file. Otherwise each program has a fault for every
    64 kB of code that it runs, since a fork does not copy the entries of page tables for files."""
    used = []
    with open("/proc/self/pagemap", "rb", buffering=0) as pagemap:
        for area in areas():
            if area.rights == "r-xp" and area.inode != "0":
                for first in range(-(-area.first // HUGE) * HUGE, area.end - HUGE + 1, HUGE):
                    entries = pinning.entries(first, first + HUGE, pagemap.fileno())
                    used.append((sum(entry & pinning.PRESENT != 0 for entry in entries), first))
    for pages, first in sorted(used, reverse=True)[:MOST_ENLARGED]:
        if pages < LEAST_USED or not enlarge(first):
            break


def enlarge(first: int) -> bool:
    """Puts code of the size of a huge page into one. Where that is refused (`False`), it stays as it was."""
    space = libc.mmap(None, 2 * HUGE, READ | WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if space == MAP_FAILED:
        return False
    copy = -(-space // HUGE) * HUGE
    # Only that is left which can become one.
    for begin, end in (space, copy), (copy + HUGE, space + 2 * HUGE):
        if begin != end:
            libc.munmap(begin, end - begin)
    libc.madvise(copy, HUGE, MADV_HUGEPAGE)
    ctypes.memmove(copy, first, HUGE)
    if libc.madvise(copy, HUGE, MADV_COLLAPSE) == 0 and libc.mprotect(copy, HUGE, READ | EXECUTE) == 0:
        # In one step, for this may be the code that runs.
        if libc.mremap(copy, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, first) == first:
            return True
    libc.munmap(copy, HUGE)
    return False


def join() -> None:
    """Makes two pieces of memory of the five that a loaded library has: what is read or run, and what is written. Libraries
    like pandas have a hundred files, and each piece costs a fork and its end a microsecond or two. What a program may do
    to others stays the same; to itself it can do more harm, as if its libraries were linked without `relro`."""
    for joined, rights in (({"r--p", "r-xp"}, READ | EXECUTE), ({"r--p", "rw-p"}, READ | WRITE)):
        for one, other in itertools.pairwise(areas()):
            if one.is_followed_by(other) and {one.rights, other.rights} == joined:
                libc.mprotect(one.first, other.end - one.first, rights)
