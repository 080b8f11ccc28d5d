"""Which texts are nearest to what was said: vectors compared, those that recur kept."""

import heapq
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from milepost.platform.embeddings.files import Floats
from milepost.platform.embeddings.scale import Encode, scale_of

# What is kept of texts that recur takes no more than this.
_MOST_BYTES = 24 * 1024 * 1024
# A longer one says more than one thing anyway, and takes long to read.
_LONGEST = 300


class Nearness:
    """Compares texts by one model. Any thread may ask."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._scale = scale_of(encode)
        self._kept: OrderedDict[str, Floats] = OrderedDict()
        self._lock = Lock()

    def unknown(self, texts: Sequence[str]) -> list[str]:
        """Return those texts, each once, whose vectors aren't kept."""
        return [text for text in dict.fromkeys(texts) if text not in self._kept]

    def learn(self, texts: Sequence[str]) -> None:
        """Keep the vectors of texts that will be asked about."""
        self._vectors_of(texts)

    def nearest(
        self, said: Sequence[str], among: Sequence[str], most: int
    ) -> list[list[tuple[str, float]]]:
        """Return for each thing said the texts nearest to it, best first, with their likeness."""
        among = list(dict.fromkeys(among))
        known = self._vectors_of(among)
        likeness = self._scale.likeness(self._read(said) @ known.T)
        best = np.argsort(-likeness, axis=1)[:, :most]
        return [
            [(among[place], float(row[place])) for place in places]
            for row, places in zip(likeness, best, strict=True)
        ]

    def _read(self, said: Sequence[str]) -> Floats:
        """Read what isn't kept; keep none of it, as what is said hardly recurs."""
        with self._lock:
            found = {text: self._kept[text] for text in said if text in self._kept}
        missing = [text for text in dict.fromkeys(said) if text not in found]
        if missing:
            found |= dict(zip(missing, self._encoded(missing), strict=True))
        return np.stack([found[text] for text in said])

    def _vectors_of(self, texts: Sequence[str]) -> Floats:
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found |= dict(zip(missing, self._encoded(missing), strict=True))
        vectors = np.stack([found[text] for text in texts])
        with self._lock:
            for text in texts:
                self._kept[text] = found[text]
                self._kept.move_to_end(text)
            while len(self._kept) * vectors[0].nbytes > _MOST_BYTES:
                self._kept.popitem(last=False)
        return vectors

    def _encoded(self, texts: Sequence[str]) -> Floats:
        """Encode longest first: batches of one length waste nothing, and warm up together."""
        order = heapq.nlargest(len(texts), range(len(texts)), key=lambda place: len(texts[place]))
        vectors = self._encode([texts[place][:_LONGEST] for place in order])
        back = np.empty_like(vectors)
        back[order] = vectors
        return back
