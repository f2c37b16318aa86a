"""One case, run by hand. README.md beside this file tells how.

    sh run.sh          runs it, as the case is run
    sh run.sh --pdb    stops in your code: `b solution.py:10` sets a breakpoint, `c` goes on, `p x` shows a value
"""

import json
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DRIVER = HERE / "driver"
CASE = json.loads((HERE / "case.json").read_text(encoding="utf-8"))
FOLDER, ENTRY = CASE["solution"], CASE["entry"]
FILE = os.path.join(FOLDER, ENTRY)


def prepare():
    """Makes the work folder anew, gives the program the case's standard input, and returns the one we had."""
    work = HERE / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    if (HERE / "inputs").is_dir():
        shutil.copytree(HERE / "inputs", work, dirs_exist_ok=True)
    os.chdir(work)
    ours = os.dup(0)
    given = os.open(HERE / "stdin", os.O_RDONLY)
    os.dup2(given, 0)
    os.close(given)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    return open(ours, encoding="utf-8")


def begin():
    """Makes this process as a case is: your folder first on the path, random numbers from the case's seed."""
    sys.path.insert(0, str(DRIVER))
    import call
    import seeds

    # Yours may have any of these names.
    for name in ("call", "codec", "seeds"):
        sys.modules.pop(name, None)
    sys.path.remove(str(DRIVER))
    sys.path[0] = FOLDER
    sys.argv = [FILE, *CASE["args"]]
    seeds.plant(CASE["seed"], FOLDER)
    return call


def script(debugger):
    """Runs your file as the main program."""
    begin()
    main = type(sys)("__main__")
    main.__dict__.update(__file__=FILE, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    code = compile(Path(FILE).read_bytes(), FILE, "exec")
    if debugger is None:
        exec(code, main.__dict__)
    else:
        debugger.run(code, main.__dict__)


def calls(debugger):
    """Makes the case's calls, one after the other, and tells on standard error what comes of each."""
    call = begin()
    question = json.loads((HERE / "question.json").read_text(encoding="utf-8"))
    module = call.load(FOLDER, ENTRY)
    objects = {}
    for step, text in zip(question.get("scenario", [question]), CASE["steps"], strict=False):
        print(f"> {text}", file=sys.stderr)
        given = {}
        if debugger is None:
            value = call.follow(module, step["steps"], given, objects)
        else:
            stop_in(debugger, getattr(module, step["steps"][0]["name"], None))
            value = debugger.runcall(call.follow, module, step["steps"], given, objects)
        if step.get("name") is not None:
            objects[step["name"]] = value
        print(repr(value)[:10_000], file=sys.stderr)


def stop_in(debugger, function):
    """Has the debugger go to the first line of a function of yours by itself."""
    code = getattr(function, "__code__", None)
    lines = [] if code is None else [line for *_, line in code.co_lines() if line and line > code.co_firstlineno]
    if lines and not debugger.set_break(code.co_filename, min(lines), temporary=True):
        debugger.rcLines.append("continue")


def main():
    console = prepare()
    debugger = None
    if "--pdb" in sys.argv:
        import pdb

        debugger = pdb.Pdb(stdin=console, stdout=sys.stdout)
        debugger.prompt = "(Pdb) "
    watched = debugger is not None or sys.gettrace() is not None or "debugpy" in sys.modules
    if CASE["kind"] == "script" and not watched:
        # As every case is started, to the last byte of a traceback.
        start = [str(DRIVER / "start.py"), "script", FOLDER, ENTRY, str(CASE["seed"]), *CASE["args"]]
        os.execv(sys.executable, [sys.executable, "-s", "-B", *start])
    (script if CASE["kind"] == "script" else calls)(debugger)


main()
