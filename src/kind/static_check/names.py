"""What the names of a file stand for, however it imports, renames or looks them up.

A meaning is a dotted name and whether it comes from an import: `t.Any` after `import typing as t` means `t.Any`, as it is
written, and `typing.Any`, imported. Flow and scopes are not followed: a name means all that it is bound to anywhere in
the file. What is computed means nothing, and starts with a dot: `f().append` is `.append`.
"""

import ast

Meanings = frozenset[tuple[str, bool]]
NOTHING: Meanings = frozenset({("", False)})
# A name means no more than that many things.
MOST = 16
# An attribute whose name cannot be read: `getattr(typing, name)`.
ANY = "?"
# The same thing under other names; longest first.
SAME = (("posixpath.", "os.path."), ("_io.", "io."), ("io.open", "open"), ("builtins.", ""))
IMPORTERS = ("__import__", "importlib.__import__", "importlib.import_module")


def all_names(name: str) -> set[str]:
    """The name of a thing, and the more usual ones that it has."""
    found = {name}
    for start, other in SAME:
        if name.startswith(start):
            name = other + name[len(start) :]
            found.add(name)
    return found


def text(node) -> str | None:
    """The text that an expression is, where it is written out."""
    match node:
        case ast.Constant(value=str() as value):
            return value
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            sides = text(left), text(right)
            return None if None in sides else "".join(sides)
        case ast.JoinedStr(values=values):
            parts = [text(value) for value in values]
            return None if None in parts else "".join(parts)
    return None


class Names:
    """The names of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self.imported: dict[str, set[str]] = {}
        self.assigned: dict[str, list[ast.expr]] = {}
        self.stars: list[str] = []
        self.known: dict[str, Meanings] = {}
        for node in ast.walk(tree):
            self.bind(node)

    def bind(self, node) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    self.imported.setdefault(alias.asname or top, set()).add(alias.name if alias.asname else top)
            case ast.ImportFrom(module=str() as module, names=names, level=0):
                for alias in names:
                    if alias.name == "*":
                        self.stars.append(module)
                    else:
                        self.imported.setdefault(alias.asname or alias.name, set()).add(f"{module}.{alias.name}")
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self.assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                self.assign(target, value)
            case ast.arguments(posonlyargs=first, args=then, defaults=defaults, kwonlyargs=last, kw_defaults=others):
                positional = [*first, *then]
                given = [*zip(positional[len(positional) - len(defaults) :], defaults), *zip(last, others)]
                for argument, default in given:
                    if default is not None:
                        self.assigned.setdefault(argument.arg, []).append(default)

    def assign(self, target, value) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self.assigned.setdefault(name, []).append(value)
            case (ast.Tuple() | ast.List(), ast.Tuple() | ast.List()) if len(target.elts) == len(value.elts):
                for one, of_it in zip(target.elts, value.elts):
                    self.assign(one, of_it)

    def meanings(self, node) -> Meanings:
        """What an expression stands for."""
        match node:
            case ast.Name(id=name):
                return self.of_name(name)
            case ast.Attribute(value=value, attr=attr):
                return self.within(value, attr)
            case ast.NamedExpr(value=value):
                return self.meanings(value)
            case ast.IfExp(body=body, orelse=other):
                return some(self.meanings(body) | self.meanings(other))
            case ast.BoolOp(values=values):
                return some(frozenset().union(*map(self.meanings, values)))
            case ast.Subscript(value=value, slice=key):
                return self.item(value, key)
            case ast.Call(func=func, args=[of, *args]):
                return self.result({name for name, _ in self.meanings(func)}, of, args)
        return NOTHING

    def of_name(self, name: str) -> Meanings:
        if name not in self.known:
            # A name that is bound to itself, over however many others, means what it is called.
            self.known[name] = frozenset({(name, False)})
            found = {(name, False)} | {(module, True) for module in self.imported.get(name, ())}
            for value in self.assigned.get(name, ()):
                found |= self.meanings(value) - NOTHING
            if name not in self.imported and name not in self.assigned:
                found |= {(f"{module}.{name}", True) for module in self.stars}
            self.known[name] = some(found)
        return self.known[name]

    def within(self, value, attr: str | None) -> Meanings:
        found = self.meanings(value)
        return frozenset((f"{name}.{attr or ANY}", imported) for name, imported in found)

    def item(self, value, key) -> Meanings:
        """What `value[key]` stands for: something of `sys.modules`, or of the names of a module."""
        if any(name == "sys.modules" for name, _ in self.meanings(value)):
            return module(text(key))
        match value:
            case ast.Attribute(value=of, attr="__dict__") | ast.Call(func=ast.Name(id="vars"), args=[of]):
                return self.within(of, text(key))
        return NOTHING

    def result(self, called: set[str], of, args: list) -> Meanings:
        """What a call of one of these names stands for."""
        if "getattr" in called and args:
            return self.within(of, text(args[0]))
        if called & set(IMPORTERS):
            return module(text(of))
        if "pkgutil.resolve_name" in called:
            return module((text(of) or ANY).replace(":", "."))
        if "sys.modules.get" in called:
            return module(text(of))
        return NOTHING


def module(name: str | None) -> Meanings:
    # `__import__("a.b")` is `a`, and all of it is imported.
    return frozenset({(name or ANY, True), ((name or ANY).partition(".")[0], True)})


def some(found) -> Meanings:
    return frozenset(sorted(found)[:MOST])
