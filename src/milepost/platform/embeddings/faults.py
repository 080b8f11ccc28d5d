"""Why there are no vectors, in words for whoever reads the log."""


class Unusable(Exception):
    """What was to make vectors of sentences isn't there, or can't be relied on."""


class Changed(Unusable):
    """Another model than before answers: nothing of it can be compared with what is kept."""
