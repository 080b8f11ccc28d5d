"""Which of several texts are nearest to something said, in meaning: for what words don't find.

Sentences become unit vectors, by an endpoint that speaks the OpenAI protocol where the settings
name one, or by all-MiniLM-L6-v2 on this machine where requirements-embeddings.lock is installed.
With neither, and whenever they fail or would keep somebody waiting, there is no answer, the log
says why, and whoever asks goes on without. Nothing here takes a transaction, and none may be open.

Only `faults` and `sources` are imported from the start: the others need numpy.
"""

from milepost.platform.embeddings.faults import Unusable
from milepost.platform.embeddings.sources import Embeddings, Near, embeddings_of

__all__ = ["Embeddings", "Near", "Unusable", "embeddings_of"]
