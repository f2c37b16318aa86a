"""Rules on the syntax tree: what has to be used, and what must not be."""

import ast

from names import ANY, Names, all_names

STATEMENTS = {
    "for": ast.For | ast.AsyncFor,
    "while": ast.While,
    "loop": ast.For | ast.AsyncFor | ast.While,
    "comprehension": ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
    "try": ast.Try | ast.TryStar,
    "with": ast.With | ast.AsyncWith,
    "lambda": ast.Lambda,
    "global": ast.Global,
    "nonlocal": ast.Nonlocal,
    "class": ast.ClassDef,
    "async": ast.AsyncFunctionDef,
    "await": ast.Await,
    "yield": ast.Yield | ast.YieldFrom,
    "match": ast.Match,
    "assert": ast.Assert,
    "f-string": ast.JoinedStr,
}
# What runs a text as a program.
RUNS_TEXT = {"exec", "eval"}


def uses(names: Names, node, what: str) -> bool:
    """Whether a node is a use of `call NAME`, `import MODULE` or `syntax WORD`."""
    kind, _, name = what.partition(" ")
    if kind == "call":
        return isinstance(node, ast.Call) and any(
            name in all_names(called) or name.startswith(".") and called.endswith(name)
            for called, _ in names.meanings(node.func)
        )
    if kind == "import":
        found = {known for module in imported(names, node) for known in all_names(module)}
        return any(module == name or module.startswith(name + ".") for module in found)
    if name == "bare-except":
        return isinstance(node, ast.ExceptHandler) and node.type is None
    return isinstance(node, STATEMENTS[name])


def imported(names: Names, node) -> list[str]:
    """What a node imports, or uses of a module that was imported whole."""
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(module=str() as module, level=0):
            return [f"{module}.{alias.name}" for alias in node.names]
        case ast.Name(id=name) if name in names.imported or name in names.assigned:
            return []  # the place where it gets its meaning is enough
        case ast.Name() | ast.Attribute() | ast.Call() | ast.Subscript():
            return [module for module, is_imported in names.meanings(node) if is_imported]
    return []


def hides(names: Names, node, what: str) -> str | None:
    """Why nobody can tell whether a node is a use of `call NAME` or `import MODULE`; `None` when one can."""
    kind, _, name = what.partition(" ")
    if kind == "syntax" or not isinstance(node, ast.Call | ast.Subscript):
        return None
    if isinstance(node, ast.Call):
        runs = sorted({known for called, _ in names.meanings(node.func) for known in all_names(called)} & RUNS_TEXT)
        if runs:
            return f"`{runs[0]}` runs a text, and nobody can tell what it uses"
    for module, is_imported in names.meanings(node):
        start, dot, last = module.rpartition(".")
        if is_imported and last == ANY and name.startswith(start + dot):
            return f"what is looked up in `{start}` has no name here" if dot else "what is imported has no name here"
    return None


def apply(files: dict[str, str], must_use: list[dict], must_not_use: list[dict]) -> list[tuple]:
    """File, line, column, rule and message of each place that a rule is broken at. Line and column are `None` for what is
    nowhere used."""
    parsed = {file: ast.parse(text) for file, text in files.items()}
    nodes = [
        (file, names, node)
        for file, tree in parsed.items()
        for names in [Names(tree)]
        for node in sorted(ast.walk(tree), key=lambda node: getattr(node, "lineno", 1))
    ]
    found = []
    for rule in must_use:
        if not any(uses(names, node, rule["what"]) for _, names, node in nodes):
            message = f"`{rule['what']}` is asked for, and nowhere used{reason(rule)}"
            found.append((next(iter(files), ""), None, None, "must-use", message))
    for rule in must_not_use:
        told = set()
        for file, names, node in nodes:
            what = rule["what"]
            line = getattr(node, "lineno", 1)
            if (file, line) in told:
                continue
            if uses(names, node, what):
                message = f"`{what}` is not allowed here{reason(rule)}"
            elif why := hides(names, node, what):
                message = f"{why}, and `{what}` is not allowed here"
            else:
                continue
            told.add((file, line))
            found.append((file, line, getattr(node, "col_offset", 0) + 1, "must-not-use", message))
    return found


def reason(rule: dict) -> str:
    return f": {rule['why']}" if rule.get("why") else ""
