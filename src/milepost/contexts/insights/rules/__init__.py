"""Pure decisions of insights: no input or output, no clock."""

from milepost.contexts.insights.rules.choosing import FEWEST, MOST, chosen
from milepost.contexts.insights.rules.suggesting import suggest
from milepost.contexts.insights.rules.wording import blockers, clipped, significant

__all__ = ["FEWEST", "MOST", "blockers", "chosen", "clipped", "significant", "suggest"]
