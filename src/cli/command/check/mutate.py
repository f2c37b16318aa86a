"""Makes mutants of a solution: each is the solution with one small change that a test should notice.

Reads {"reference": {path: text}, "starter": {path: text}} from standard input and prints a list of
{"file", "line", "name", "source"}, one for each mutant, in the order of the source. Each has a name of its own: of two
changes that read the same, the second one's ends with ` #2`.

What the starter gives to the learner as it is (statements of the module, functions and methods), docstrings, annotations, `if __name__ == "__main__"`, `if TYPE_CHECKING`,
what goes to standard error and the `return 0` of `main` are not changed: no learner writes them, or no case can see them.
"""

import ast
import copy
import json
import sys
from collections import Counter

COMPARES = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.MatMult: ast.Mult,
}
ANNOTATED = ("annotation", "returns", "type_params")
MOST_SHOWN = 100


def changes(node):
    """The nodes that may stand in the place of this one."""
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                yield replaced(node, ops=[*ops[:index], COMPARES[type(op)](), *ops[index + 1 :]])
        case ast.BoolOp(op=op):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.BinOp(op=op) if type(op) in ARITHMETIC and not is_text(node):
            yield ast.BinOp(node.left, ARITHMETIC[type(op)](), node.right)
        case ast.AugAssign(op=op) if type(op) in ARITHMETIC:
            yield ast.AugAssign(node.target, ARITHMETIC[type(op)](), node.value)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if not is_changed_itself(test):
            yield replaced(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_] as conditions):
            for index in range(len(conditions)):
                yield replaced(node, ifs=conditions[:index] + conditions[index + 1 :])
        case ast.Return(value=value) if value is not None and not is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.Call(keywords=[_, *_] as keywords):
            for index, keyword in enumerate(keywords):
                # A switch is turned over, which leaving it out would only do again.
                if keyword.arg is not None and not is_switch(keyword.value):
                    yield replaced(node, keywords=keywords[:index] + keywords[index + 1 :])
        case ast.Slice():
            for bound in ("lower", "upper", "step"):
                if getattr(node, bound) is not None:
                    yield replaced(node, **{bound: None})


def is_changed_itself(test) -> bool:
    """Whether a condition has a mutant of its own that is its opposite."""
    return isinstance(test, ast.Constant | ast.UnaryOp) or isinstance(test, ast.Compare) and len(test.ops) == 1


def replaced(node, **fields):
    """A copy of a node with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def is_switch(node) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def is_none(node) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_text(node) -> bool:
    """Whether an addition or a `%` is of texts: another operator would only be a type error."""
    sides = (node.left, node.right)
    return any(isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", None), str) for side in sides)


def is_skipped(node) -> bool:
    """Whether no case can see a change of it: the main block, imports for type checkers, what is written to standard
    error."""
    match node:
        case ast.If(test=test):
            text = ast.unparse(test)
            return "__name__" in text or text.endswith("TYPE_CHECKING")
        case ast.Expr(value=ast.Call(keywords=keywords)):
            return any(keyword.arg == "file" and ast.unparse(keyword.value) == "sys.stderr" for keyword in keywords)
    return False


class Mutants:
    """All mutants of one file."""

    def __init__(self, file: str, text: str, starter: ast.Module, *, methods: bool) -> None:
        self.file = file
        self.tree = ast.parse(text)
        self.given = {ast.unparse(statement) for statement in starter.body}
        self.given_methods = set() if methods else set(functions(starter))
        self.made: list[dict] = []

    def all(self) -> list[dict]:
        for index, statement in enumerate(self.tree.body):
            if ast.unparse(statement) not in self.given:
                self.visit(self.tree.body, index, statement, "module", statement)
        return self.made

    def visit(self, holder, key, node, where: str, statement) -> None:
        """Makes the mutants of the node that `holder` has under `key`, and of all below it."""
        if is_skipped(node) or is_docstring(node):
            return
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            where = within(where, node)
            if (where, ast.unparse(node)) in self.given_methods:
                return
        if isinstance(node, ast.stmt):
            statement = node
        is_success = where == "main" and isinstance(node, ast.Return) and ast.unparse(node) == "return 0"
        for new in () if is_success else changes(node):
            self.make(holder, key, node, new, where, statement)
        for name, value in ast.iter_fields(node):
            if name in ANNOTATED or isinstance(node, ast.JoinedStr):
                continue
            if isinstance(value, ast.AST):
                self.visit(node, name, value, where, statement)
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, ast.AST):
                        self.visit(value, index, item, where, statement)

    def make(self, holder, key, old, new, where: str, statement) -> None:
        ast.copy_location(new, old)
        before = head(statement)
        put(holder, key, new)
        ast.fix_missing_locations(self.tree)
        after = head(new if old is statement else statement)
        source = ast.unparse(self.tree) + "\n"
        put(holder, key, old)
        if before == after:
            before, after = shown(old), shown(new)
        before, after = around(before, after)
        line = getattr(old, "lineno", statement.lineno)
        name = f"{where}: {before} -> {after}"
        self.made.append({"file": self.file, "line": line, "name": name, "source": source})


def functions(node, where: str = "module"):
    """All functions below a node: where each is, and its text."""
    for child in ast.iter_child_nodes(node):
        inner = where
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = within(where, child)
            if not isinstance(child, ast.ClassDef):
                yield inner, ast.unparse(child)
        yield from functions(child, inner)


def within(where: str, node) -> str:
    return node.name if where == "module" else f"{where}.{node.name}"


def put(holder, key, node) -> None:
    if isinstance(holder, list):
        holder[key] = node
    else:
        setattr(holder, key, node)


def is_docstring(node) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def around(before: str, after: str) -> tuple[str, str]:
    """Two long lines cut to the part in which they differ."""
    if max(len(before), len(after)) <= MOST_SHOWN:
        return before, after
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    start = max(0, start - MOST_SHOWN // 3)
    dots = "…" if start else ""
    cut = [dots + text[start : start + MOST_SHOWN] for text in (before, after)]
    return cut[0], cut[1]


def head(statement) -> str:
    """A statement in a line: of one with a block the line before that."""
    lines = ast.unparse(statement).splitlines()
    if getattr(statement, "body", None):
        names = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        return next(line for line in lines if not names or line.startswith(("def ", "async def ", "class ")))
    return shown(statement)


def shown(node) -> str:
    return " ".join(ast.unparse(node).split())


def mutants(question: dict, *, methods: bool) -> list[dict]:
    """The mutants of all files; `methods` tells whether those methods change that the starter has, too."""
    made = []
    for file, text in question["reference"].items():
        starter = question["starter"].get(file, "")
        try:
            given = ast.parse(starter)
        except SyntaxError:  # a starter may be what does not even compile
            given = ast.parse("")
        made += Mutants(file, text, given, methods=methods).all()
    return made


def main() -> None:
    question = json.load(sys.stdin)
    # Where the learner changes a default value and no more, all else is given, and still has to hold.
    made = mutants(question, methods=False) or mutants(question, methods=True)
    count = Counter()
    for mutant in made:
        name = mutant["name"]
        count[name] += 1
        if count[name] > 1:
            mutant["name"] = f"{name} #{count[name]}"
    json.dump(made, sys.stdout)


main()
