"""Answers one call: imports the learner's file, reads the question, calls, and sends back what came of it.

Runs in the learner's process, so nothing here is secret and nothing here judges: it is given what to call and with
what, and tells what happened. What the answer should have been is known to another process only.

On descriptor 3 the question arrives as "<nonce> <length>\\n<JSON>" and the answer goes back in the same form.
"""

import json
import os
import sys

import codec

CHANNEL = 3
OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
MOST_TEXT = 10_000
MOST_TRACEBACK = 40_000


def read_question() -> tuple[str, dict]:
    with os.fdopen(os.dup(CHANNEL), "rb") as channel:
        nonce, length = channel.readline().split()
        return nonce.decode(), json.loads(channel.read(int(length)))


def send(nonce: str, payload: bytes) -> None:
    data = memoryview(f"{nonce} {len(payload)}\n".encode() + payload)
    while data:
        data = data[os.write(CHANNEL, data) :]


def load(folder: str, entry: str):
    """Imports the learner's file under the name it would have, so that their other files can import it, too."""
    import importlib.util

    name = entry.removesuffix(".py").replace("/", ".")
    spec = importlib.util.spec_from_file_location(name, os.path.join(folder, entry))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def bounded(text: str, most: int = MOST_TEXT) -> str:
    text = text if len(text) <= most else text[:most] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")


def describe(error: BaseException) -> dict:
    """What was raised: its class, the classes it can be caught as, its message and its traceback."""
    import traceback

    try:
        message = str(error)
        if type(message) is not str:
            message = str.__str__(message)
    except BaseException:
        message = "<its __str__ failed>"
    trace = error.__traceback__
    while trace is not None and os.path.dirname(trace.tb_frame.f_code.co_filename) == OWN_FOLDER:
        trace = trace.tb_next  # how we came to call it is of no interest
    try:
        lines = traceback.format_exception(type(error), error, trace, limit=-60)
        text = "".join(lines)
    except BaseException:
        text = ""
    text = text if len(text) <= MOST_TRACEBACK else text[:MOST_TRACEBACK // 2] + "\n...\n" + text[-MOST_TRACEBACK // 2 :]
    return {
        "class": bounded(type.__getattribute__(type(error), "__name__"), 200),
        "bases": [bounded(base.__name__, 200) for base in type.mro(type(error))][:50],
        "message": bounded(message),
        "traceback": bounded(text, MOST_TRACEBACK + 100),
    }


def follow(module, steps: list[dict], given: dict, objects: dict) -> object:
    """Goes through `name(args).name(args)...`; leaves the last call's arguments in `given`, also when it raises.

    The first name is one of `objects`, or else the module's."""
    here = module
    for number, step in enumerate(steps):
        if number == 0 and step["name"] in objects:
            here = objects[step["name"]]
        else:
            if number == 0 and not hasattr(module, step["name"]):
                raise Missing(f"the solution has no `{step['name']}`")
            here = getattr(here, step["name"])
        if "args" in step:
            args = [codec.decode(value, module) for value in step["args"]]
            kwargs = {name: codec.decode(value, module) for name, value in step["kwargs"]}
            given.update(args=args, kwargs=kwargs)
            here = here(*args, **kwargs)
    return here


class Missing(Exception):
    """The learner's file does not have the name that is to be called."""


def answer_to(module, question: dict, objects: dict) -> dict:
    """What comes of one call. A name that it is to be kept under takes the place of its value in the answer."""
    this_process = os.getpid()
    given = {"args": [], "kwargs": {}}
    try:
        value = follow(module, question["steps"], given, objects)
        name = question.get("name")
        if name is None:
            answer = {"returned": codec.encode(value, module.__name__)}
        else:
            objects[name] = value
            answer = {"kept": name}
    except (Missing, codec.MissingName) as missing:
        answer = {"missing": str(missing)}
    except codec.TooLarge as large:
        answer = {"too_large": str(large)}
    except BaseException as raised:
        answer = {"raised": describe(raised)}
    if os.getpid() != this_process:
        os._exit(0)  # a fork of the learner's came back here; one answer is enough
    if question["arguments"]:
        try:
            answer["args"] = [codec.encode(value, module.__name__) for value in given["args"]]
            answer["kwargs"] = [[name, codec.encode(value, module.__name__)] for name, value in given["kwargs"].items()]
        except codec.TooLarge as large:
            answer = {"too_large": str(large)}
    return answer


def main(folder: str, entry: str) -> None:
    """Answers the one call of this process, or the calls of its scenario, and ends it."""
    loaded = error = None
    try:
        loaded = load(folder, entry)
    except BaseException as raised:  # SystemExit at import is the learner's, too
        error = describe(raised)
    nonce, question = read_question()

    if loaded is None:
        answer = {"not_loaded": error}
    elif "scenario" in question:
        objects = {}
        answer = {"scenario": [answer_to(loaded, one, objects) for one in question["scenario"]]}
    else:
        answer = answer_to(loaded, question, {})
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    send(nonce, codec.dumps(answer))
    # Threads and atexit hooks of the learner have no say any more.
    os._exit(0)
