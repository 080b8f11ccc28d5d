"""Pure decisions of insights: no input or output, no clock."""

from milepost.contexts.insights.rules.choosing import FEWEST, MOST, chosen
from milepost.contexts.insights.rules.figures import Figure, figures_in, stated, told
from milepost.contexts.insights.rules.suggesting import suggest
from milepost.contexts.insights.rules.wording import blockers, clipped, key, opening, significant

__all__ = [
    "FEWEST",
    "MOST",
    "Figure",
    "blockers",
    "chosen",
    "clipped",
    "figures_in",
    "key",
    "opening",
    "significant",
    "stated",
    "suggest",
    "told",
]
