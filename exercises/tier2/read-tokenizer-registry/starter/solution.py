"""The registry of our service: what is in it, and how names are resolved."""

from typing import Any

from builtin import builtin
from registry import Registry


def new_registry() -> Registry:
    """A new registry with everything that the library brings along."""
    registry = Registry()
    registry.include(builtin)
    return registry


# ----- Given: it tries a new registry out, step by step. Leave it as it is. -----


def rehearse(steps: list[list[Any]]) -> list[Any]:
    """Do the steps with one new registry; return what they gave, and the messages of errors.

    A step is ["register", name, name of a built-in tokenizer, source], ["alias", alias, target],
    ["find", name], ["names"], or one of ["encode", name, vocab, text, options],
    ["decode", name, vocab, ids], ["count", name, vocab, text].
    """
    registry: Any = new_registry()
    report: list[Any] = []
    for action, *rest in steps:
        try:
            match action, rest:
                case "register", [name, like, source]:
                    registry.register(name, source=source)(builtin.find(like).factory)
                case "alias", [alias, target]:
                    registry.alias(alias, target)
                case "find", [name]:
                    entry = registry.find(name)
                    report.append([entry.name, entry.factory.__name__, entry.source])
                case "names", []:
                    report.append(registry.names())
                case "encode", [name, vocab, text, options]:
                    report.append(registry.create(name, vocab, **options).encode(text))
                case "decode", [name, vocab, ids]:
                    report.append(registry.create(name, vocab).decode(ids))
                case "count", [name, vocab, text]:
                    report.append(registry.create(name, vocab).count(text))
        except (LookupError, ValueError) as error:
            report.append(f"{type(error).__name__}: {error}")
    return report
