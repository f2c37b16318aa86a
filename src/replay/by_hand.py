"""Runs one case by hand as it is run behind the wall: what `run.py` is written with.

The same work folder, environment, streams, arguments and random numbers; values of a call are built by the code that a
case builds them with. What a debugger needs stays: its own input, its trace, the end of the process. Nothing is walled in.
"""

import sys

EARLY = frozenset(sys.modules)  # what an interpreter has before a program's first line

import io
import json
import os
import shutil
import time

import call
import codec
import seeds

SUPPORT = os.path.dirname(os.path.abspath(__file__))
HERE = os.path.dirname(SUPPORT)
INPUTS = os.path.join(HERE, "inputs")
BOX = os.path.join(HERE, "box")
OWN_MODULES = ("by_hand", "call", "codec", "seeds")
# Where services and servers are in a case, and the variable that says where they are instead.
ADDRESS = "127.0.0.1:8000"
ELSEWHERE = "PRACTICE_REPLAY_ADDRESS"
# Set in an interpreter that was started by this one.
STARTED = "PRACTICE_REPLAY_STARTED"
# What `begin` sees to also when the interpreter was started without.
LATE = ("PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING")
MOST_SHOWN = 20_000
DEBUGGERS = ("debugpy", "pydevd")

_kept = []


class Case:
    """One case. `solution` is relative to this folder; `serves` tells whether the program is a server."""

    def __init__(
        self, *, python: str, solution: str, entry: str, seed: int, env: dict[str, str], serves: bool = False
    ) -> None:
        self.python = python
        self.solution = os.path.normpath(os.path.join(HERE, solution))
        self.entry = entry
        self.path = os.path.join(self.solution, entry)
        self.seed = seed
        self.serves = serves
        self.elsewhere = os.environ.get(ELSEWHERE, "")
        self.env = {"HOME": os.path.join(BOX, "home"), "TMPDIR": os.path.join(BOX, "tmp")}
        self.env["SSL_CERT_FILE"] = os.path.join(SUPPORT, "authorities.pem")
        self.env.update({name: self.moved(value) for name, value in env.items()})
        self.pdb = _pdb()
        self.traced = bool(self.pdb or sys.gettrace() or any(name in sys.modules for name in DEBUGGERS))
        self.module = None

    def begin(self) -> None:
        """Makes this process what a case's is, up to the learner's first line."""
        self.start_over()
        if os.path.isdir(BOX):
            shutil.rmtree(BOX)
        for name in ("work", "home", "tmp"):
            os.makedirs(os.path.join(BOX, name))
        self.copy(os.path.join(INPUTS, "files"), os.path.join(BOX, "work"))
        os.environ.clear()
        os.environ.update(self.env)
        time.tzset()
        self.streams()
        sys.dont_write_bytecode = True
        sys.path[:] = [self.solution, *(place for place in sys.path if place not in (HERE, SUPPORT, "", self.solution))]
        for name in OWN_MODULES:
            sys.modules.pop(name, None)
        _kept.append(sys.modules["__main__"])  # which `run.py` still needs
        _fresh_main(None)
        sys.argv = [self.path]
        sys.excepthook = self.crashed
        os.chdir(os.path.join(BOX, "work"))
        seeds.plant(self.seed, self.solution)

    def start_over(self) -> None:
        """Starts the right interpreter with the right environment, unless it is that or a debugger is at work."""
        if not self.traced:
            if STARTED not in os.environ:
                if not os.path.exists(self.python):
                    sys.exit(f"there is no {self.python}: `practice replay` installs it again")
                env = {**self.env, ELSEWHERE: self.elsewhere, STARTED: "1"}
                os.execve(self.python, [self.python, *sys.orig_argv[1:]], env)
            return
        if sys.prefix != os.path.dirname(os.path.dirname(self.python)):
            _say(f"note: this is another Python than the exercise's, which is {self.python}")
        for name, value in self.env.items():
            if name.startswith("PYTHON") and name not in LATE and os.environ.get(name) != value:
                _say(f"note: started without {name}={value}; README.md has the whole command")

    def streams(self) -> None:
        """Standard input is the case's; a debugger keeps the one that there was."""
        given = os.path.join(INPUTS, "stdin")
        if self.elsewhere:
            with open(given, "rb") as file:
                data = self.moved(file.read())
            given = os.path.join(BOX, "stdin")
            with open(given, "wb") as file:
                file.write(data)
        if self.traced:
            import locale

            locale.setlocale(locale.LC_CTYPE, self.env.get("LC_ALL", "C"))
            for stream in (sys.stdout, sys.__stdout__):
                if isinstance(stream, io.TextIOWrapper):
                    stream.reconfigure(encoding="utf-8", errors="strict")
        if self.pdb:
            # It has its own reference to what it reads commands from, unless it asks `input`.
            self.pdb.use_rawinput = False
            sys.stdin = open(given, encoding="utf-8", errors="strict")
            return
        try:
            terminal = os.dup(0)
        except OSError:  # it was closed
            terminal = os.open(os.devnull, os.O_RDONLY)
        with open(given, "rb") as file:
            os.dup2(file.fileno(), 0)
        if sys.breakpointhook is sys.__breakpointhook__:
            sys.breakpointhook = _Breakpoint(terminal)

    def moved(self, data):
        """Text or bytes with the place where services are, instead of where they are in a case."""
        if not self.elsewhere:
            return data
        old, new = ADDRESS, self.elsewhere
        if self.serves:  # its port is a word of its own
            import re

            old, new = (address.rpartition(":")[2] for address in (old, new))
            if type(data) is bytes:
                return re.sub(rf"(?<!\d){old}(?!\d)".encode(), new.encode(), data)
            return re.sub(rf"(?<!\d){old}(?!\d)", new, data)
        return data.replace(old.encode(), new.encode()) if type(data) is bytes else data.replace(old, new)

    def copy(self, source: str, target: str) -> None:
        for folder, _, names in os.walk(source):
            into = os.path.join(target, os.path.relpath(folder, source))
            os.makedirs(into, exist_ok=True)
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read()
                with open(os.path.join(into, name), "wb") as file:
                    file.write(data if self.serves else self.moved(data))

    # A program.

    def run_script(self, args: list[str]) -> None:
        """Runs the learner's file as the program."""
        if not self.traced:
            # What a file of theirs has the name of is theirs, as in a fresh interpreter.
            theirs = _names(self.solution)
            for name in set(sys.modules) - EARLY:
                if name.partition(".")[0] in theirs:
                    del sys.modules[name]
        sys.argv = [self.path, *(self.moved(arg) for arg in args)]
        with open(self.path, "rb") as file:
            source = file.read()
        code = compile(source, self.path, "exec", dont_inherit=True)
        exec(code, vars(_fresh_main(self.path)))

    # A call.

    def load(self):
        """Imports the learner's file."""
        self.module = call.load(self.solution, self.entry)
        return self.module

    def given(self, number: int) -> tuple[list, dict]:
        """The arguments of a call of the case, by its number: positional ones, and those with a name."""
        with open(os.path.join(INPUTS, "question.json"), "rb") as file:
            question = json.loads(self.moved(file.read()))
        calls = [link for one in question.get("scenario", [question]) for link in one["steps"] if "args" in link]
        args = [codec.decode(value, self.module) for value in calls[number]["args"]]
        kwargs = {name: codec.decode(value, self.module) for name, value in calls[number]["kwargs"]}
        return args, kwargs

    def make(self, size: int) -> tuple:
        """The arguments of this size."""
        arguments = call.load(INPUTS, "input.py").make(size)
        del sys.modules["input"]
        for name, plant in seeds.SEEDED.items():
            if name in sys.modules:
                plant(sys.modules[name], self.seed)
        return arguments

    def step(self, text: str) -> "_Step":
        """A step of several: what it raises is told, and the next one follows."""
        return _Step(text)

    def returned(self, value: object) -> None:
        """Tells a value, apart from what the program prints."""
        _say(f"returned {_cut(repr(value))}")

    def after(self, args: list, kwargs: dict) -> None:
        """Tells what arguments are after a call."""
        for name, value in [*enumerate(args), *kwargs.items()]:
            _say(f"argument {name} after the call: {_cut(repr(value))}")

    clock = staticmethod(time.process_time)

    def took(self, begun: float) -> None:
        """Tells how much processor time has gone since then."""
        _say(f"took {time.process_time() - begun:.3f} s of processor time")

    def end(self) -> None:
        """Ends the process as a call's is: threads and functions of `atexit` have no say any more."""
        _flush()
        if not self.traced:
            os._exit(0)

    def crashed(self, kind, error, trace) -> None:
        """Tells of an exception that nobody caught."""
        _without_us(kind, error, trace)
        if self.module is not None and not self.traced:
            _flush()
            os._exit(1)

    # Files that are only looked at.

    def look(self, files: list[str]) -> None:
        """Looks at the learner's files as the case does, and prints what it finds, a line each."""
        import subprocess

        for name in files:
            into = os.path.join(BOX, "work", name)
            os.makedirs(os.path.dirname(into), exist_ok=True)
            shutil.copyfile(os.path.join(self.solution, name.partition("/")[2]), into)
        with open(os.path.join(INPUTS, "question.json"), "rb") as question:
            command = [sys.executable, "-s", "-B", os.path.join(SUPPORT, "checks", "static_check.py")]
            ran = subprocess.run(command, stdin=question, stdout=subprocess.PIPE, check=True)
        told = json.loads(ran.stdout)
        for one in told["found"]:
            place = "".join(f":{number}" for number in (one["line"], one["column"]) if number is not None)
            print(f"{one['file']}{place} {one['rule']} {one['message']}")
        _say(f"{told['gates']} found; besides, {told['notes']} that do not count")


class _Step:
    def __init__(self, text: str) -> None:
        self.text = text

    def __enter__(self) -> None:
        _say(f"--- {self.text}")

    def __exit__(self, kind, error, trace) -> bool:
        is_end = isinstance(error, KeyboardInterrupt) or kind is not None and kind.__name__ == "BdbQuit"
        if error is None or is_end:
            return False
        _flush()
        _without_us(kind, error, trace)
        return True


class _Breakpoint:
    """`breakpoint()` with a debugger that reads commands from where they are typed: standard input is the case's."""

    def __init__(self, terminal: int) -> None:
        self.terminal = terminal
        self.pdb = None

    def __call__(self, *args, **kwargs) -> None:
        if self.pdb is None:
            import pdb

            commands = os.fdopen(self.terminal, encoding="utf-8", errors="replace")
            self.pdb = pdb.Pdb(stdin=commands, stdout=sys.__stdout__)
        self.pdb.set_trace(sys._getframe(1))


def _say(text: str) -> None:
    _flush()
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # closed, or something of the learner's
            pass


def _pdb():
    """The debugger of `python -m pdb`, if that is what runs this."""
    if "bdb" not in sys.modules:
        return None
    frame = sys._getframe()
    while frame is not None:
        here = frame.f_locals.get("self")
        if isinstance(here, sys.modules["bdb"].Bdb):
            return here
        frame = frame.f_back
    return None


def _fresh_main(path: str | None):
    """A new `__main__`; its file is `path`. Without one, no child process takes `run.py` for its program."""
    main = type(sys)("__main__")
    if path is not None:
        main.__file__ = path
        main.__cached__ = None
    main.__builtins__ = sys.modules["builtins"]
    sys.modules["__main__"] = main
    return main


def _names(folder: str) -> set[str]:
    """The modules and packages of a folder."""
    found = set()
    for entry in os.scandir(folder):
        if entry.is_dir() and os.path.isfile(os.path.join(entry.path, "__init__.py")):
            found.add(entry.name)
        elif entry.name.endswith(".py"):
            found.add(entry.name.removesuffix(".py"))
    return found


def _without_us(kind, error, trace) -> None:
    """Shows an exception without the frames of this folder."""
    ours = (SUPPORT + os.sep, os.path.join(HERE, "run.py"), "<frozen importlib.")
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(ours):
        trace = trace.tb_next
    # What is shown is the trace that the exception has itself.
    sys.__excepthook__(kind, error.with_traceback(trace), trace)
