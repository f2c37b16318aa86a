"""Looks at a learner's files with ruff, mypy and rules on the syntax tree, without running them.

Reads {"files", "added", "own", "ruff", "mypy", "format", "must_use", "must_not_use"} from standard input and prints
{"found", "gates", "notes"}: the first findings that count, each as {"rule", "file", "line", "column", "message"}, how many
they are in all, and how many there are that do not count. Line and column may be null.

`files` are looked at, `added` are those of them that the author does not know of, `own` are all Python files that are the
learner's. They are data in `learner/` of the work folder: nothing of theirs is imported, no settings of theirs are read, and
no comment of theirs switches a rule off.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tokenize
import warnings

import rules
from switches import switches

FOLDER = "learner"
EMPTY = "empty.py"
# So many findings are told, and so much of each.
MOST = 100
MOST_MESSAGE = 500
PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?: error: (?P<message>.*)")


def unreadable(files: list[str]) -> list[dict]:
    """What keeps files from being read as Python at all. Then no tool has to try."""
    found = []
    for file in files:
        with open(file, "rb") as source:
            data = source.read()
        try:
            data.decode()
            with open(file, "rb") as source:
                encoding, first = tokenize.detect_encoding(source.readline)
            if encoding not in ("utf-8", "utf-8-sig"):
                message = f"this file says that it is {encoding}: files have to be UTF-8"
                found.append(row("encoding", file, len(first), None, message))
                continue
            if b"\0" in data:
                line = data[: data.index(b"\0")].count(b"\n") + 1
                found.append(row("syntax", file, line, None, "a null byte is no part of a program"))
                continue
            ast.parse(data)
        except UnicodeDecodeError as error:
            before = data[: error.start]
            line = before.count(b"\n") + 1
            column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
            message = f"not UTF-8: the byte 0x{data[error.start]:02x} cannot be read"
            found.append(row("encoding", file, line, column, message))
        except SyntaxError as error:
            found.append(row("syntax", file, error.lineno or 1, error.offset or None, error.msg))
        except (RecursionError, MemoryError, ValueError):
            found.append(row("syntax", file, None, None, "nested too deeply to be read"))
    return found


def ruff(files: list[str], settings: dict) -> tuple[list[dict], list[dict]]:
    """The findings that count, and those that do not: the longest code that names a rule decides."""
    gates = ruff_finds(files, settings["select"], settings["line_length"])
    notes = ruff_finds(files, settings["notes"], settings["line_length"])
    both = {place(one) for one in gates} & {place(one) for one in notes}

    def is_note(one: dict) -> bool:
        return place(one) in both and longest(settings["notes"], one) > longest(settings["select"], one)

    return (
        [one for one in gates if not is_note(one)],
        [one for one in notes if place(one) not in both or is_note(one)],
    )


def longest(codes: list[str], one: dict) -> int:
    return max((len(code) for code in codes if one["rule"].startswith(code)), default=0)


def place(one: dict) -> tuple:
    return one["rule"], one["file"], one["line"], one["column"], one["message"]


def ruff_finds(files: list[str], codes: list[str], line_length: int) -> list[dict]:
    if not codes:
        return []
    command = [tool("ruff"), "check", "--isolated", "--no-cache", "--ignore-noqa", "--output-format", "json"]
    command += ["--target-version", "py311", "--line-length", str(line_length), "--select", ",".join(codes), "--"]
    ran = subprocess.run([*command, *files], capture_output=True, text=True)
    if ran.returncode not in (0, 1):
        return [blamed("ruff", command, ran, files)]
    found = []
    for one in json.loads(ran.stdout):
        at = one["location"] or {"row": None, "column": None}
        found.append(row(one["code"] or "syntax", one["filename"], at["row"], at["column"], one["message"]))
    return found


def mypy(files: list[str], strict: bool) -> list[dict]:
    # With `-P`, since a `json.py` of the learner's would otherwise be what mypy itself imports.
    command = [sys.executable, "-P", "-m", "mypy", *(["--strict"] if strict else []), "--config-file=", "--no-incremental"]
    command += ["--cache-dir=/dev/null", "--no-error-summary", "--show-error-codes", "--show-column-numbers"]
    command += ["--no-color-output", "--no-site-packages", "--explicit-package-bases", "--hide-error-context", "--"]
    # A path that begins with a dot is no option, and no file of options.
    ran = subprocess.run([*command, *(f"./{file}" for file in files)], capture_output=True, text=True, cwd=FOLDER)
    found = []
    for line in ran.stdout.splitlines():
        if told := PLACE.fullmatch(line):
            message, bracket, code = told["message"].rpartition("  [")
            file, number, column = told["file"], told["line"], told["column"]
            rule, message = (code.rstrip("]"), message) if bracket else ("mypy", told["message"])
            found.append(row(rule, file, number and int(number), column and int(column), message))
    if ran.returncode != 0 and not found:
        found.append(blamed("mypy", command, ran, files))
    return found


def formatted(files: list[str], line_length: int) -> list[dict]:
    found = []
    command = [tool("ruff"), "format", "--isolated", "--no-cache", "--diff"]
    command += ["--target-version", "py311", "--line-length", str(line_length), "--"]
    for file in files:
        ran = subprocess.run([*command, file], capture_output=True, text=True)
        if ran.returncode not in (0, 1):
            found.append(blamed("ruff format", command, ran, [file]))
        elif ran.returncode == 1:
            message = "`ruff format` would write it in another way"
            found.append(row("format", file, first_changed(ran.stdout), None, message))
    return found


def first_changed(diff: str) -> int | None:
    """The first line of the old file that a unified diff changes."""
    number = None
    for line in diff.splitlines():
        if begun := re.match(r"@@ -(\d+)", line):
            number = int(begun[1])
        elif number is not None and line[:1] in ("-", "+"):
            return max(number, 1)
        elif number is not None:
            number += 1
    return number


def blamed(name: str, command: list[str], ran, files: list[str]) -> dict:
    """What is said of a tool that failed. One that cannot even read an empty file is nothing that a learner has done."""
    with open(EMPTY, "w"):
        pass
    again = subprocess.run([*command, os.path.abspath(EMPTY)], capture_output=True, text=True)
    said = (ran.stderr.strip() or ran.stdout.strip() or "it said nothing").splitlines()
    if again.returncode != 0:
        sys.exit(f"{name} ended with code {ran.returncode}: {' '.join(said)[-500:]}")
    return row("failed", files[0], None, None, f"{name} cannot read this file: {said[-1]}")


def silenced(files: list[str]) -> list[dict]:
    """Comments that would silence a tool."""
    found = []
    for file in files:
        with open(file, encoding="utf-8", newline="") as source:
            found += [row("comment", file, *told) for told in switches(source.read())]
    return found


def tree_rules(files: list[str], must_use: list[dict], must_not_use: list[dict]) -> list[dict]:
    texts = {}
    for file in files:
        with open(file, "rb") as source:
            texts[file] = source.read()
    try:
        found = rules.apply(texts, must_use, must_not_use)
    except RecursionError:
        return [row("syntax", files[0], None, None, "nested too deeply to be looked at")]
    return [row(rule, file, line, column, message) for file, line, column, rule, message in found]


def row(rule: str, file: str, line: int | None, column: int | None, message: str) -> dict:
    file = file.removeprefix("./").split(FOLDER + "/", 1)[-1]
    message = " ".join(message.split())
    if len(message) > MOST_MESSAGE:
        message = message[:MOST_MESSAGE] + "..."
    return {"rule": rule[:60], "file": file, "line": line, "column": column, "message": message}


def tool(name: str) -> str:
    return os.path.join(os.path.dirname(sys.executable), name)


def look(question: dict) -> tuple[list[dict], list[dict]]:
    """The findings that count, and those that do not."""
    names, own = question["files"], [os.path.join(FOLDER, name) for name in question["own"]]
    files = [os.path.join(FOLDER, name) for name in names]
    if found := unreadable(sorted({*files, *own})):
        return found, []
    notes = []
    found = tree_rules(files, question["must_use"], question["must_not_use"])
    if question["ruff"]:
        gates, notes = ruff(files, question["ruff"])
        found += gates
    if question["format"]:
        found += formatted(files, question["format"])
    if question["mypy"] is not None:
        # What no `import` can name would only be an error of its own.
        is_module = {name: all(part.isidentifier() for part in name[:-3].split("/")) for name in question["added"]}
        found += mypy([name for name in names if is_module.get(name, True)], question["mypy"])
    if question["ruff"] or question["mypy"] is not None or question["format"]:
        found += silenced(own)
    return found, notes


def main() -> None:
    warnings.simplefilter("ignore")
    found, notes = look(json.load(sys.stdin))
    found.sort(key=lambda one: (one["file"], one["line"] or 0, one["column"] or 0))
    json.dump({"found": found[:MOST], "gates": len(found), "notes": len(notes)}, sys.stdout)


main()
