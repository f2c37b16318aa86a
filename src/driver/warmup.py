"""What a warm interpreter does before its first fork, so that forks of it are cheap.

A fork shares memory until it writes, page by page, and Python writes to each object that it looks at: the reference count.
So all of this is about the pages that a program touches, how many they are and how large.
"""

import ctypes
import gc
import io
import sys
import types

import seeds

MADV_COLLAPSE = 25
HUGE = 2 << 20

libc = ctypes.CDLL(None, use_errno=True)


def use(libraries: list[str], ours: list) -> None:
    """Uses libraries as most programs do. What a library does at its first use, such as loading parts of itself and
    filling caches, is then shared by all programs, instead of being repeated, and copied, in each. What runs meanwhile,
    and the code of our own modules, is gathered."""
    use_once(libraries)
    gather({**of_modules(ours), **run_by(lambda: use_once(libraries))})
    for _ in range(USED):
        use_once(libraries)


def use_once(libraries: list[str]) -> None:
    for name in USES.keys() & libraries:
        USES[name](sys.modules[name])
    for name, plant in seeds.SEEDED.items():
        if name in sys.modules:
            plant(sys.modules[name], 0)


def use_numpy(numpy) -> None:
    numbers = numpy.array([[1.0, 2.0], [3.0, 4.0]])
    numbers[numpy.argsort(-numbers.sum(axis=1), kind="stable")].mean(axis=0).tolist(), repr(numbers / 2)
    numpy.argpartition(numpy.arange(10), 3)[:3], numpy.linalg.norm(numbers, axis=1, keepdims=True)


def use_pandas(pandas) -> None:
    orders = pandas.read_csv(io.StringIO("city,count,price\nOslo,2,3.5\nLima,1,\nOslo,4,1.5\n"))
    orders["total"] = orders["count"] * orders["price"].fillna(0.0)
    orders[orders["count"] > 1].sort_values(["city", "total"], ascending=[True, False]).reset_index(drop=True)
    by_city = orders.groupby("city")
    totals = by_city["total"].sum()
    by_city.agg({"total": "sum", "count": "max"}).merge(totals.rename("all"), left_index=True, right_index=True)
    orders.groupby("city", as_index=False).agg(total=("total", "mean")).to_csv(io.StringIO(), index=False)
    orders["price"].mul(orders["count"]).groupby(orders["city"]).sum()
    orders.pivot_table(index="city", values="total", aggfunc="sum")
    totals.to_csv(), totals.to_dict(), repr(orders), orders.to_json(orient="records"), orders.to_dict("records")
    pandas.DataFrame([{"at": "2024-05-01", "n": 1}]).assign(at=lambda frame: pandas.to_datetime(frame["at"]))


def use_torch(torch) -> None:
    network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    with torch.no_grad():
        network(torch.tensor([[1.0, 2.0], [3.0, 4.0]])).softmax(dim=-1).tolist()


USES = {"numpy": use_numpy, "pandas": use_pandas, "torch": use_torch}
# So often that the interpreter has specialized their code.
USED = 10


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


# Code that is used no more. Were it freed, what a program makes would fill the gaps, and so touch every page of it.
_left_behind = []


def gather(scattered: dict[int, types.CodeType]) -> None:
    """Puts a copy of this code into one place, and has all functions use it.

    Each call of a function counts a reference in its code, so a program copies the page of each function that it calls.
    The code of a library lies where it was loaded, hardly ever two that a program uses in one page; side by side there are
    five or more.
    """
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


def collapse() -> None:
    """Has the kernel put our own memory into huge pages, where it can: then a fork copies, and its end frees, hundreds of
    times fewer entries of page tables. A program's writes still copy small pages."""
    with open("/proc/self/maps") as maps:
        areas = [line.split() for line in maps]
    for limits, rights, *about in areas:
        # Memory of no file, or what malloc grows first.
        if rights == "rw-p" and (len(about) == 3 or about[3] == "[heap]"):
            first, end = (int(address, 16) for address in limits.split("-"))
            for address in range(-(-first // HUGE) * HUGE, end - HUGE + 1, HUGE):
                # An older kernel cannot, and a part that is no memory yet need not.
                libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(HUGE), MADV_COLLAPSE)
