"""Looks at a learner's files with ruff, mypy and rules on the syntax tree, without running them.

Reads {"files", "own", "ruff", "mypy", "format", "must_use", "must_not_use"} from standard input and prints a list of
{"tool", "rule", "file", "line", "message", "gate"}. `files` are looked at, `own` are all Python files that are the learner's. They
are data in `learner/` of the work folder: nothing of theirs is imported, no settings of theirs are read, and no comment of
theirs switches a rule off.
"""

import ast
import json
import os
import subprocess
import sys

import rules
from switches import switches

FOLDER = "learner"


def ruff(files: list[str], settings: dict) -> list[dict]:
    found = []
    for gate, codes in ((True, settings["select"]), (False, settings["notes"])):
        if not codes:
            continue
        line = f"line-length = {settings['line_length']}"
        command = [tool("ruff"), "check", "--isolated", "--no-cache", "--ignore-noqa", "--output-format", "json"]
        command += ["--target-version", "py311", "--config", line, "--select", ",".join(codes), *files]
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode not in (0, 1):
            fail("ruff", ran)
        for one in json.loads(ran.stdout):
            # A rule that fails is told once, even if it is among the notes, too.
            if gate or not any(one["code"] and one["code"].startswith(rule) for rule in settings["select"]):
                found.append(
                    row("ruff", one["code"] or "syntax", one["filename"], one["location"]["row"], one["message"], gate)
                )
    return found


def mypy(files: list[str], strict: bool) -> list[dict]:
    options = ["--config-file=", "--no-incremental", "--cache-dir=/dev/null", "--no-error-summary", "--show-error-codes"]
    options += ["--no-color-output", "--no-site-packages", "--explicit-package-bases", "--hide-error-context"]
    command = [sys.executable, "-P", "-m", "mypy", *options, *(["--strict"] if strict else []), *files]
    # With `-P`, since a `json.py` of the learner's would otherwise be what mypy itself imports.
    ran = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER)
    if ran.returncode not in (0, 1):
        # A syntax error is the learner's, and told like any other.
        if "[syntax]" not in ran.stdout:
            fail("mypy", ran)
    found = []
    for line in ran.stdout.splitlines():
        place, kind, text = (line.split(": ", 2) + ["", ""])[:3]
        if kind == "error":
            file, number = place.split(":")[:2]
            message, _, code = text.rpartition("  [")
            found.append(row("mypy", code.rstrip("]"), file, int(number), message or text, True))
    return found


def formatted(files: list[str], line_length: int) -> list[dict]:
    found = []
    for file in files:
        command = [tool("ruff"), "format", "--isolated", "--no-cache", "--diff", "--line-length", str(line_length), file]
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode not in (0, 1):
            # What cannot be parsed cannot be formatted; the other tools say where.
            found.append(row("format", "syntax", file, 1, "this file cannot be parsed", True))
        elif ran.returncode == 1:
            head = next((line for line in ran.stdout.splitlines() if line.startswith("@@")), "@@ -1")
            number = int(head.split("-")[1].split(",")[0].split(" ")[0])
            found.append(row("format", "layout", file, max(number, 1), "`ruff format` would write it in another way", True))
    return found


def silenced(files: list[str]) -> list[dict]:
    """Comments that would silence a tool."""
    found = []
    for file in files:
        with open(file, encoding="utf-8", errors="replace", newline="") as source:
            places = switches(source.read())
        found += [row("comment", "switch", file, line, message, True) for line, _, message in places]
    return found


def tree_rules(files: list[str], must_use: list[dict], must_not_use: list[dict]) -> list[dict]:
    texts = {}
    for file in files:
        try:
            with open(file, "rb") as source:
                texts[file] = source.read()
            ast.parse(texts[file])
        except (SyntaxError, ValueError) as error:
            number = getattr(error, "lineno", None) or 1
            return [row("rule", "syntax", file, number, "this file cannot be parsed", True)]
    found = rules.apply(texts, must_use, must_not_use)
    return [row("rule", rule, file, line or 1, message, True) for file, line, _, rule, message in found]


def row(tool: str, rule: str, file: str, line: int, message: str, gate: bool) -> dict:
    file = file.split(FOLDER + "/", 1)[-1]
    return {"tool": tool, "rule": rule, "file": file, "line": line, "message": message, "gate": gate}


def tool(name: str) -> str:
    return os.path.join(os.path.dirname(sys.executable), name)


def fail(name: str, ran) -> None:
    sys.exit(f"{name} ended with code {ran.returncode}: {(ran.stderr or ran.stdout)[-500:]}")


def main() -> None:
    question = json.load(sys.stdin)
    names = question["files"]
    files = [os.path.join(FOLDER, name) for name in names]
    found = tree_rules(files, question["must_use"], question["must_not_use"])
    if question["ruff"]:
        found += ruff(files, question["ruff"])
    if question["format"]:
        found += formatted(files, question["format"])
    if question["mypy"] is not None:
        found += mypy(names, question["mypy"])
    if question["ruff"] or question["mypy"] is not None or question["format"]:
        found += silenced([os.path.join(FOLDER, name) for name in question["own"]])
    json.dump(found, sys.stdout)


main()
