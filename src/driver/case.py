"""Turns this process into one run of the learner's program, and ends it as Python would.

A cold start (`cold.py`) and a fork of a warm interpreter both come through here, so that a program cannot tell them
apart from each other, nor from `python -s -B solution.py`.

How the program gets a stack of its own. If we just called it, our frames would lie below it: seen by
`traceback.print_stack()`, `inspect.stack()` and `warnings.warn(stacklevel=2)`, counted by the recursion limit. So `run`
unwinds: it raises up to the top of the process, where the interpreter calls `sys.excepthook`, which is ours, when no
frame is left. It lets go of what that returns, and then of all things weak references call back, still with no frame
below. That is how the program is run, and after it, one by one, the parts of the end. (In Python 3.11 the recursion
limit counts calls of built-in functions, too: there a program has 998 frames of its own for Python's 1000.)

The end is not `Py_Finalize`: tearing down large libraries takes longer than most cases. What of it a program can notice
is done here, in the same order, for the modules of the learner only.
"""

import _io
import _signal
import gc
import os
import sys
from _weakref import ref

import seeds

OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
# The names under which parts of a driver are imported; a learner's module may have any of them.
OWN_MODULES = ("call", "case", "codec", "cold", "pinning", "seeds", "warmup", "zygote")
# What a fresh `__main__` has, in its order.
MAIN_NAMES = ("__name__", "__doc__", "__package__", "__loader__", "__spec__", "__annotations__", "__builtins__")
# What `Py_Finalize` sets to None in `sys` before it clears modules.
SYS_NAMES = (
    "path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback", "path_hooks",
    "path_importer_cache", "meta_path", "__interactivehook__",
)  # fmt: skip
# Builtins that are added late in the start, and so are gone early in the end.
LATE_BUILTINS = ("open", "exit", "quit", "copyright", "credits", "license", "help", "_")
# More objects than this are not looked at one by one: taking them down costs less than that.
MOST_LOOKED_AT = 20_000
INTERRUPT = 2  # SIGINT, which is the same everywhere

_function = type(lambda: None)
_module = type(sys)
# What most objects are, none of which does anything when it goes.
QUIET = frozenset((dict, list, tuple, set, frozenset, type, _function, _module, type(print), type(_function.__get__)))
_call = None
_hidden = []  # or else they would be taken apart when our frames are gone
_loaded = frozenset()
_builtins = {}
_builtins_count = 0
_sys = {}


class _Run:
    """What is known of the one run of this process."""

    def __init__(self, begin) -> None:
        self.begin = begin  # what to do once the stack is empty; its result is let go of
        self.folder = ""
        self.space = None  # the names of `__main__`
        self.hook = sys.excepthook
        self.program = None
        self.kept = []  # what must live until it is called
        self.unraisable = None
        self.error = None
        self.code = 0
        self.interrupted = False
        self.keep = sys.modules.get("__main__")  # the interpreter still uses its names when it is replaced


class _Unwind(BaseException):
    """Goes up to the top of the process; nothing may catch it."""


def baseline() -> None:
    """Hides the driver's modules, and remembers what is loaded now: what comes later is the learner's to have taken down
    at the end.

    What is there now no garbage collection of the process looks at again, which is most of what a short program's end
    costs. A parent that forks should have collected its own garbage before.
    """
    global _call, _loaded, _builtins, _builtins_count, _sys
    _call = sys.modules.get("call")
    sys.path[:] = [place for place in sys.path if place != OWN_FOLDER]
    sys.path_importer_cache.pop(OWN_FOLDER, None)
    for name in OWN_MODULES:
        module = sys.modules.get(name)
        if os.path.dirname(getattr(module, "__file__", None) or "") == OWN_FOLDER:
            _hidden.append(sys.modules.pop(name))
    _loaded = frozenset(sys.modules)
    _builtins = {name: value for name, value in vars(sys.modules["builtins"]).items() if name not in LATE_BUILTINS}
    _builtins_count = len(vars(sys.modules["builtins"]))
    _sys = dict(vars(sys))
    gc.freeze()


def run(kind: str, folder: str, entry: str, args: list[str], seed: int) -> "NoReturn":
    """Runs one case, `script` or `call`, in this process, which ends with it: `run` never returns.

    It leaves by raising, so its caller must let every exception pass up to the top of the process. No part of `folder` is a
    link: it becomes the first place that imports are looked for.
    """
    global _now
    path = os.path.join(folder, entry)
    if kind == "script":
        code = _compiled(path, args)
        _now = _Run(_begin_script)
        _now.space = _fresh_main(path)
        _now.space["__file__"] = path
        _now.space["__cached__"] = None
        _now.folder = os.path.dirname(path)
        _now.program = _WithoutFrame(_function(code, _now.space), _catch).__exit__
    else:
        _now = _Run(lambda: _call.main(folder, entry))
        _now.folder = folder
        _fresh_main(None)
    sys.argv = [path, *args]
    sys.orig_argv[1:] = ["-s", "-B", path, *args]
    sys.path.insert(0, _now.folder)
    seeds.plant(seed, _now.folder)
    sys.excepthook = _at_the_top
    raise _Unwind


def _compiled(path: str, args: list[str]):
    """The program's code. One that cannot be compiled is left to `python` itself, which reports it in its own way."""
    shown = sys.stderr
    warned = _Lines()
    try:
        with _io.FileIO(path) as file:
            source = file.readall()
        if not source.isascii() and not _is_text(source):
            raise UnicodeError
        sys.stderr = warned  # what a compiler warns of is said once, by whoever runs the program
        code = compile(source, path, "exec", dont_inherit=True)
    except BaseException:
        os.execve(sys.executable, [sys.orig_argv[0], "-s", "-B", path, *args], os.environ)
    finally:
        sys.stderr = shown
    for text in warned:
        shown.write(text)
    return code


def _is_text(source: bytes) -> bool:
    """Whether it is UTF-8, or names another encoding: in comments `compile` lets pass what the interpreter refuses."""
    try:
        source.decode()
        return True
    except UnicodeError:
        cookie = b"".join(source.split(b"\n", 2)[:2]).lower()
        return b"coding" in cookie and b"utf" not in cookie


class _Lines(list):
    """A stream that keeps what is written."""

    write = list.append

    def flush(self) -> None:
        pass


def _fresh_main(path: str | None) -> dict:
    """Puts a new `__main__` in place of ours; its names."""
    ours = vars(sys.modules["__main__"])
    main = _module("__main__")
    space = vars(main)
    space.clear()
    for name in MAIN_NAMES:
        if name in ours:
            space[name] = None
    space["__name__"] = "__main__"
    space["__builtins__"] = sys.modules["builtins"]
    if "__annotations__" in space:
        space["__annotations__"] = {}
    if path is not None:
        space["__loader__"] = type(__loader__)("__main__", path)
    sys.modules["__main__"] = main
    return space


# The start of the program, when the stack is empty.


def _at_the_top(kind, error, trace):
    """Called by the interpreter for `_Unwind`, when all our frames are done."""
    sys.excepthook = _now.hook
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        if hasattr(sys, name):
            delattr(sys, name)
    error.__traceback__ = None
    while trace is not None:
        trace.tb_frame.clear()  # the interpreter holds them until the end, and with them what our functions had
        trace = trace.tb_next
    return _now.begin()


def _begin_script():
    return _when_gone(_now.program, _settle, _exits, _finish)


def _when_gone(*functions):
    """An object that has `functions` called, in this order, when it is let go of.

    It is a function, since an object with a `__del__`, and most containers, put off the end of others during their own:
    then a long linked list that the program drops would never be freed.
    """
    last = _function((lambda: None).__code__, {})
    _now.kept.append([ref(last, function) for function in reversed(functions)])  # the latest is called back first
    return last


class _WithoutFrame(_io._IOBase):
    """Calls `function`, then `after()`, also when it raised. A stream's `__exit__` is the one thing in the interpreter
    that does so without a frame: whatever its arguments, it calls `flush`, which is `function`, and whatever comes of
    that, it then sets an attribute."""

    def __init__(self, function, after) -> None:
        self.__dict__.update(flush=function, after=after)

    def __setattr__(self, name, value) -> None:
        self.__dict__[name] = value
        if self.__dict__.pop("flush", None) is not None:
            self.__dict__.pop("after")()


def _catch() -> None:
    """What the program raised comes out of a callback now, where nobody can be passed it but this hook."""
    _now.unraisable = vars(sys).get("unraisablehook", _now)
    sys.unraisablehook = _caught


def _caught(unraisable) -> None:
    _now.error = unraisable.exc_value


# The end of the program, in the interpreter's own order.


def _settle(_) -> None:
    """What comes between the last line of the program and `Py_Finalize`, and the first part of that."""
    now = _now
    if now.unraisable is now:
        del sys.unraisablehook
    else:
        sys.unraisablehook = now.unraisable
    error, now.error, now.program, now.unraisable = now.error, None, None, None
    for name in ("stderr", "stdout"):
        try:
            getattr(sys, name).flush()
        except BaseException:
            pass
    if error is None:
        left = False
    else:
        now.interrupted = type(error) is KeyboardInterrupt
        now.code = 1
        left = _report(error)
    if not left:
        for name in ("__file__", "__cached__"):
            now.space.pop(name, None)
    now.space = error = None
    threading = sys.modules.get("threading")
    if threading is not None:
        try:
            threading._shutdown()
        except BaseException as raised:
            _ignored(raised, threading, "on threading shutdown")


def _report(error: BaseException) -> bool:
    """Does with an uncaught exception what the interpreter does; whether it was a `SystemExit`."""
    if isinstance(error, SystemExit):
        _exit_code(error)
        return True
    trace = error.__traceback__
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    hook = vars(sys).get("excepthook")
    if hook is None:
        _write_error("sys.excepthook is missing\n")
        sys.__excepthook__(type(error), error, trace)
        return False
    try:
        hook(type(error), error, trace)
    except SystemExit as left:
        _exit_code(left)
        return True
    except BaseException as raised:
        raised.__traceback__ = raised.__traceback__.tb_next
        _write_error("Error in sys.excepthook:\n")
        sys.__excepthook__(type(raised), raised, raised.__traceback__)
        _write_error("\nOriginal exception was:\n")
        sys.__excepthook__(type(error), error, trace)
    return False


def _exit_code(left: SystemExit) -> None:
    try:
        code = left.code
    except BaseException:
        code = left
    if code is None:
        _now.code = 0
    elif issubclass(type(code), int):
        number = int.__index__(code)
        _now.code = number & 0xFF if -(2**63) <= number < 2**63 else 0xFF  # what does not fit a C long is -1
    else:
        _now.code = 1
        stream = vars(sys).get("stderr")
        try:
            text = str(code)
            stream.write(text) if stream is not None else _write_error(text)
        except BaseException:
            pass
        _write_error("\n")


def _write_error(text: str) -> None:
    """To `sys.stderr`, or else to where that usually writes."""
    try:
        sys.stderr.write(text)
    except BaseException:
        os.write(2, text.encode(errors="backslashreplace"))


def _ignored(error: BaseException, where, doing: str) -> None:
    """Reports an exception that cannot be raised, as the interpreter does: by the object, or by what it was doing."""
    caught = []
    hook = sys.unraisablehook
    sys.unraisablehook = caught.append
    _when_gone(int.__new__)  # which does not take what it is called with, and so gives us the type of a report
    sys.unraisablehook = hook
    error.__traceback__ = error.__traceback__.tb_next
    try:
        place = (f"Exception ignored {doing}", None) if sys.version_info >= (3, 13) else (None, where)
        hook(type(caught[0])((type(error), error, error.__traceback__, *place)))
    except BaseException:
        pass


def _exits(_):
    """Has the `atexit` functions called, last first, without a frame of ours below them."""
    atexit = sys.modules.get("atexit")
    return None if atexit is None else _when_gone(_WithoutFrame(atexit._run_exitfuncs, int).__exit__)


def _finish(_) -> None:
    """Flushes the streams, takes down what is the learner's, and ends the process."""
    code = _now.code
    ctypes = sys.modules.get("ctypes")
    streams = sys.__stdout__, sys.__stderr__
    try:
        sys.setswitchinterval(1000)  # daemon threads have no say any more
        if not _flushed():
            code = 120
        _take_down()
        for stream in streams:
            try:
                stream.flush()
            except BaseException:
                pass
        if ctypes is not None:
            # Libraries that print with C's own functions have a buffer of their own. All that do so load this module.
            ctypes.CDLL(None).fflush(None)
        if _now.interrupted:
            _signal.signal(INTERRUPT, _signal.SIG_DFL)
            os.kill(os.getpid(), INTERRUPT)
            code = 128 + INTERRUPT
    finally:
        os._exit(code)


def _flushed() -> bool:
    """Flushes both streams; whether that went well."""
    well = True
    for name in ("stdout", "stderr"):
        stream = vars(sys).get(name)
        try:
            closed = stream is None or bool(stream.closed)
        except BaseException:
            closed = False
        if not closed:
            try:
                stream.flush()
            except BaseException as error:
                well = False
                if name == "stdout":
                    _ignored(error, stream, "on flushing sys.stdout")
    return well


def _take_down() -> None:
    """What a program notices of the end of its modules: finalizers run, generators close, files are flushed."""
    for number in _signal.valid_signals():
        if callable(_signal.getsignal(number)):
            _signal.signal(number, _signal.SIG_DFL)
    if gc.isenabled():
        gc.collect()
    if not _has_last_words():
        return
    theirs = [name for name, module in sys.modules.items() if name == "__main__" or _is_theirs(name, module)]
    for name in SYS_NAMES:
        setattr(sys, name, None)
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    sys.is_finalizing = _sys["is_finalizing"] = lambda: True
    builtins = vars(sys.modules["builtins"])
    kept = {name: module for name, module in sys.modules.items() if name not in theirs}  # noqa: F841, held to the end
    left = []
    for name in list(sys.modules):
        if name in theirs:
            try:
                left.append(ref(sys.modules[name]))
            except TypeError:  # no module, but what they put in the place of one
                pass
        sys.modules[name] = None
    sys.modules.clear()
    changed = dict(builtins)
    builtins.clear()
    builtins.update(_builtins)
    del changed
    gc.collect()
    for module in reversed(left):
        if module() is not None:
            _clear(vars(module()))
    # What hangs on `sys` itself goes last, and part of it when the streams are gone.
    hung = any(_sys.get(name) is not value for name, value in vars(sys).items() if name not in SYS_NAMES)
    if hung:
        _clear(vars(sys))
        gc.collect()


def _has_last_words() -> bool:
    """Whether anything is left that would do something when it goes, or show what is gone before it: most programs have
    nothing of the kind. Taking modules down touches all that was loaded before, and each page that a fork touches is
    copied; what came since is the program's own already, and is all that this looks at."""
    things = gc.get_objects()
    added = len(vars(sys)) != len(_sys) or len(vars(sys.modules["builtins"])) != _builtins_count
    if added or len(things) > MOST_LOOKED_AT:
        return True
    for kind in set(map(type, things)).difference(QUIET, [_WithoutFrame]):
        if issubclass(kind, ref):
            if any(issubclass(type(thing), ref) and not _is_quiet(thing.__callback__) for thing in things):
                return True
        elif any(hasattr(kind, name) for name in ("__del__", "gi_frame", "cr_frame", "ag_frame")):
            return True
    return False


def _is_quiet(callback) -> bool:
    """Whether nobody would notice that it is called: none, or the bookkeeping of an abstract base class."""
    if type(callback) is not type(print):
        return callback is None
    return callback.__name__ == "_destroy" and issubclass(type(callback.__self__), ref)


def _is_theirs(name: str, module) -> bool:
    """Whether a module came with the program: from its folder, or made by it."""
    if name in _loaded:
        return False
    try:
        spec = vars(module).get("__spec__")
        file = vars(module).get("__file__")
        return spec is None and file is None or str(file).startswith(_now.folder + "/")
    except Exception:
        return True


def _clear(space: dict) -> None:
    """Clears a module that something still holds as the interpreter does: private names first."""
    for private in (True, False):
        for name in list(space):
            if type(name) is str and name != "__builtins__" and (name[:1] == "_" and name[1:2] != "_") is private:
                space[name] = None
