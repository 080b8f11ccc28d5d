"""What a cosine means, for the model at hand.

Models differ: one gives 0.1 to sentences that have nothing to do with each other, another 0.7. So
each is first asked about sentences that everybody would judge alike. Likeness is 0 where it sees
nothing in common and 1 where it sees the same thing said twice, and whoever asks needs no number
that is true of one model only. A model that can't tell these apart is of no use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from milepost.platform.embeddings.faults import Unusable
from milepost.platform.embeddings.files import Floats

Encode = Callable[[Sequence[str]], Floats]

# The same thing said twice; the pairs have nothing to do with each other.
PAIRS = (
    ("The meeting was moved to Friday", "We postponed our appointment until the end of the week"),
    ("She repaired the old bicycle", "The worn-out bike has been fixed by her"),
    ("The children are asleep", "The kids have gone to bed"),
    ("He bought a house near the lake", "He purchased a home by the water"),
    ("It rained the whole night", "There was steady rainfall until morning"),
    ("The recipe needs three eggs", "You have to use three eggs for this dish"),
    ("They sold tickets for the concert", "People could buy entry to the musical show from them"),
    ("The doctor examined his knee", "A physician had a look at his leg joint"),
)
# With less between the two, what it says is chance.
_LEAST_APART = 0.1


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a model puts what has nothing in common, and what is the same."""

    unlike: float
    alike: float

    def likeness(self, cosines: Floats) -> Floats:
        """Turn cosines into likeness."""
        return (cosines - np.float32(self.unlike)) / np.float32(self.alike - self.unlike)


def scale_of(encode: Encode) -> Scale:
    """Find a model's scale. Raises Unusable when it has none."""
    vectors = encode([sentence for pair in PAIRS for sentence in pair])
    cosines = vectors[0::2] @ vectors[1::2].T
    same = np.eye(len(PAIRS), dtype=bool)
    found = Scale(float(np.median(cosines[~same])), float(np.median(cosines[same])))
    if found.alike - found.unlike < _LEAST_APART:
        raise Unusable("the model can't tell sentences that mean the same from others")
    return found
