"""Purpose, description and guidance: there, and in the Markdown that pages show."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.types import Fault

_MARKDOWN = ("description", "guidance")
_FORBIDDEN = {
    "html_block": "HTML",
    "html_inline": "HTML",
    "link_open": "a link",
    "image": "an image",
}
_PARSER = MarkdownIt("commonmark")


def check(step: Outline) -> Iterator[Fault]:
    """What is wrong with a step's prose."""
    content = step.source.content or {}
    for key in ("purpose", *_MARKDOWN):
        text = content.get(key)
        # An empty text is a matter of the file's schema; blanks are not.
        if isinstance(text, str) and text and not text.strip():
            yield step.source.fault(f"{key} is empty.", key)
    for key in _MARKDOWN:
        text = content.get(key)
        if isinstance(text, str):
            for line, what in _unwanted(_PARSER.parse(text), 1):
                yield step.source.fault(f"{key} has {what} in its line {line}.", key)


def _unwanted(tokens: list[Token], line: int) -> Iterator[tuple[int, str]]:
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
        if token.type in _FORBIDDEN:
            yield line, _FORBIDDEN[token.type]
        elif token.type == "heading_open" and token.tag in {"h1", "h2"}:
            yield line, "a heading above ###"
        # Inline tokens carry no lines of their own, only breaks between them.
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            elif child.type in _FORBIDDEN:
                yield line, _FORBIDDEN[child.type]
