"""Purpose, description and guidance: there, long enough to say something, and in the Markdown that
pages show. How long a checklist's description has to be is a matter of `checklists`."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from milepost.contexts.programs.check.outline import Outline
from milepost.contexts.programs.check.words import said
from milepost.contexts.programs.types import Fault

# Fewer cannot tell what a person has in hand and why, or how somebody goes about it who knows how.
FEWEST_WORDS = {"purpose": 6, "guidance": 12}
_ON = {"purpose": "what is in hand afterwards and why it matters", "guidance": "how to do it well"}

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
    for key, fewest in FEWEST_WORDS.items():
        text = content.get(key)
        if isinstance(text, str) and text.strip() and len(said(text)) < fewest:
            yield step.source.fault(
                f"{key} says too little: write at least {fewest} words, on {_ON[key]}.", key
            )
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
