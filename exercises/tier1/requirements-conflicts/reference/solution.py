"""Find packages that requirements files cannot agree on."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Version: TypeAlias = tuple[int, ...]

COMMENT = re.compile(r"(^|\s)#.*")
BOUND = re.compile(
    r"""
    (?P<operator> == | >= | <= | > | < | ~= (?= .*\. ) ) \s*  # ~= needs two numbers
    (?P<version> [0-9]+ (?: \.[0-9]+ )* )
    """,
    re.VERBOSE,
)
REQUIREMENT = re.compile(
    r"""
    (?P<name> [A-Za-z0-9] (?: [A-Za-z0-9._-]* [A-Za-z0-9] )? ) \s*
    (?: \[ [^\]]* \] )? \s*  # extras
    (?P<bounds> [^;]* )
    (?: ; .* )?  # a marker
    """,
    re.VERBOSE,
)


class BadRequirement(ValueError):
    """A line that is not a requirement."""


@dataclass(frozen=True)
class Requirement:
    """What one line asks for."""

    name: str
    bounds: tuple[tuple[str, str], ...]
    place: str

    def __str__(self) -> str:
        text = ",".join(operator + version for operator, version in self.bounds)
        return f"{self.place}: {text}"


def normalise(name: str) -> str:
    """The one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_bounds(text: str) -> Iterator[tuple[str, str]]:
    """The operators and versions of a text like `>=1.26, <2`."""
    for part in text.split(","):
        bound = BOUND.fullmatch(part.strip())
        if bound is None:
            raise ValueError(part)
        yield bound["operator"], bound["version"]


def parse(line: str, place: str) -> Requirement | None:
    """The requirement of one line, if there is one."""
    text = COMMENT.sub("", line).strip()
    if not text or text.startswith("-"):
        return None
    found = REQUIREMENT.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        bounds = tuple(read_bounds(found["bounds"])) if found["bounds"] else ()
    except ValueError:
        raise BadRequirement(f"{place}: cannot read {text!r}") from None
    return Requirement(normalise(found["name"]), bounds, place)


def version_of(text: str) -> Version:
    """Comparable numbers; zeros at the end say nothing, so they go."""
    numbers = [int(number) for number in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def next_series(text: str) -> Version:
    """The first version that `~=` leaves out: 1.4.2 gives 1.5."""
    *head, last = [int(number) for number in text.split(".")][:-1]
    return (*head, last + 1)


def satisfiable(bounds: list[tuple[str, str]]) -> bool:
    """Whether there is room for a version between all bounds."""
    # (version, 1) is just above the version, and (version, -1) just below it.
    lows: list[tuple[Version, int]] = []
    highs: list[tuple[Version, int]] = []
    for operator, text in bounds:
        version = version_of(text)
        match operator:
            case "==":
                lows.append((version, 0))
                highs.append((version, 0))
            case "~=":
                lows.append((version, 0))
                highs.append((next_series(text), -1))
            case ">=":
                lows.append((version, 0))
            case ">":
                lows.append((version, 1))
            case "<=":
                highs.append((version, 0))
            case "<":
                highs.append((version, -1))
    return not lows or not highs or max(lows) <= min(highs)


def find_conflicts(paths: list[Path]) -> dict[str, list[str]]:
    """The packages that no version can satisfy, each with what asks for it and where."""
    packages: defaultdict[str, list[Requirement]] = defaultdict(list)
    for path in paths:
        lines = path.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines, start=1):
            requirement = parse(line, f"{path}:{number}")
            if requirement is not None and requirement.bounds:
                packages[requirement.name].append(requirement)
    return {
        name: [str(requirement) for requirement in requirements]
        for name, requirements in packages.items()
        if not satisfiable([bound for one in requirements for bound in one.bounds])
    }
