"""Characters that nobody sees, or that make a line read otherwise than it is written."""

import re
import unicodedata

# Controls (but line ends and tabs), soft hyphens, marks that turn the direction round, blanks
# without width, tags, halves of characters. The database has no place for the first of them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Without width as well, but some scripts can't be written without them, nor some pictures.
JOINERS = re.compile("[\u200c\u200d]")

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
# Blanks, and what is seen only with something that it is put on or joined to.
_NOTHING_ALONE = frozenset({"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})
_EMPTY_PATTERN = "\u2800"


def without_unseen(text: str) -> str:
    """The text without what nobody sees; joiners stay, line ends become plain ones."""
    return UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def is_blank(text: str) -> bool:
    """Tell whether there is nothing in a text that anybody sees."""
    return all(
        char == _EMPTY_PATTERN or unicodedata.category(char) in _NOTHING_ALONE
        for char in without_unseen(text)
    )
