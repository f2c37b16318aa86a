"""Comments that would switch a check off, in whatever way they are written."""

import io
import re
import tokenize

# After a `#`, also one in the middle of a comment; upper or lower case and spaces do not matter.
SWITCH = re.compile(
    r"""\#\s*(?:
        noqa
      | nosec\b
      | type\s*:\s*ignore\b
      | (?:mypy|pyright|pyre|pytype|pylint|ruff|flake8|isort|yapf|autopep8)\s*[:=]
      | pyre-(?:ignore|fixme|strict|unsafe)
      | ty\s*:\s*ignore\b
      | fmt\s*:\s*(?:off|on|skip)\b
      | black\s*:\s*(?:off|on|skip)\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# Some versions of mypy look at whole lines, even of a text, and not at comments.
LINE = re.compile(r"#\s*mypy\s*:", re.IGNORECASE)
MOST_SHOWN = 100


def switches(text: str) -> list[tuple[int, int, str]]:
    """Line and column, from 1, of all comments of a file that would silence a tool, and what is said of each."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = {(line, column + 1): comment for line, column, comment in comments(text) if SWITCH.search(comment)}
    for number, line in enumerate(text.split("\n"), start=1):
        if LINE.match(line):
            found.setdefault((number, 1), line)
    said = "`{}` switches a check off: mend what it finds"
    return [(*place, said.format(shown(comment))) for place, comment in sorted(found.items())]


def comments(text: str):
    """Line, column and text of each comment. Where the file cannot be read as Python, all from a `#` on is one."""
    read = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            read = token.end[0]
            if token.type == tokenize.COMMENT:
                yield *token.start, token.string
    except (tokenize.TokenError, SyntaxError, RecursionError):
        for number, line in enumerate(text.split("\n"), start=1):
            if number > read and "#" in line:
                column = line.index("#")
                yield number, column, line[column:]


def shown(comment: str) -> str:
    text = " ".join(comment.split())
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "..."
