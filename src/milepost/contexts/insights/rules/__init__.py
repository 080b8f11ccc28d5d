"""Pure decisions of insights: no input or output, no clock."""

from milepost.contexts.insights.rules.choosing import FEWEST, MOST, chosen, still_of_use
from milepost.contexts.insights.rules.figures import Figure, figures_in, stated, told
from milepost.contexts.insights.rules.lapsing import Place, lapse
from milepost.contexts.insights.rules.numerals import QUARTILE
from milepost.contexts.insights.rules.sameness import Settled, ways_of
from milepost.contexts.insights.rules.suggesting import suggest
from milepost.contexts.insights.rules.wording import blockers, clipped, key, opening, significant

__all__ = [
    "FEWEST",
    "MOST",
    "QUARTILE",
    "Figure",
    "Place",
    "Settled",
    "blockers",
    "chosen",
    "clipped",
    "figures_in",
    "key",
    "lapse",
    "opening",
    "significant",
    "stated",
    "still_of_use",
    "suggest",
    "told",
    "ways_of",
]
