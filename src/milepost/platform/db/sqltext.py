"""Finds where statements begin in SQL text, to name the line of one that failed."""

import re

# What may hold a semicolon that ends nothing, then the semicolon that does.
_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<space>\s+)
    | (?P<quoted>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<dollar>\$(?P<tag>[A-Za-z_]?[A-Za-z_0-9]*)\$.*?\$(?P=tag)\$)
    | (?P<end>;)
    | (?P<word>[A-Za-z_0-9]+\$?|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def statement_lines(text: str) -> list[int]:
    """The line on which each statement begins, comments before it left out."""
    lines: list[int] = []
    inside = False
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "end":
            inside = False
        elif token.lastgroup not in {"comment", "space"} and not inside:
            lines.append(text.count("\n", 0, token.start()) + 1)
            inside = True
    return lines
