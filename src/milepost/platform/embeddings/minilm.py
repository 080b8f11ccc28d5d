"""all-MiniLM-L6-v2 in numpy: sentences in, unit vectors out.

A BERT of six layers: what each token is, and where it stands, becomes a vector; in each layer the
tokens of a sentence look at one another, then each is turned over by itself. Their mean is what
the sentence means. The sentences of a batch lie end to end, so that none is padded and only
attention has to know where one ends.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from milepost.platform.embeddings import files
from milepost.platform.embeddings.files import Floats

DIMENSIONS = 384
_LAYERS, _HEADS = 6, 12
_HEAD = DIMENSIONS // _HEADS
_EPSILON = np.float32(1e-12)
# What the model was trained to read at most, and how many sentences are worked on at once.
_MOST_TOKENS, _BATCH = 256, 16


class MiniLM:
    """The model, ready to read."""

    def __init__(self, folder: Path | None = None) -> None:
        found = files.find(folder)
        self._weights = files.read_weights(found.weights)
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(found.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)

    def encode(self, sentences: Sequence[str]) -> Floats:
        """Return a unit vector for each sentence."""
        batches = [
            self._encode(sentences[first : first + _BATCH])
            for first in range(0, len(sentences), _BATCH)
        ]
        return np.concatenate(batches) if batches else np.empty((0, DIMENSIONS), np.float32)

    def _encode(self, sentences: Sequence[str]) -> Floats:
        tokens = [read.ids for read in self._tokenizer.encode_batch(list(sentences))]
        ends = np.cumsum([0, *map(len, tokens)])
        spans = [slice(first, end) for first, end in pairwise(ends.tolist())]
        hidden = self._embed(tokens)
        for number in range(_LAYERS):
            hidden = self._layer(f"encoder.layer.{number}", hidden, spans)
        pooled = np.stack([hidden[span].mean(axis=0) for span in spans])
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def _embed(self, tokens: Sequence[Sequence[int]]) -> Floats:
        words = self._weights["embeddings.word_embeddings.weight"]
        positions = self._weights["embeddings.position_embeddings.weight"]
        kinds = self._weights["embeddings.token_type_embeddings.weight"]
        standing = np.concatenate([positions[: len(sentence)] for sentence in tokens])
        every = np.concatenate([np.asarray(sentence) for sentence in tokens])
        return self._norm("embeddings.LayerNorm", words[every] + standing + kinds[0])

    def _layer(self, name: str, hidden: Floats, spans: Sequence[slice]) -> Floats:
        attended = self._attend(f"{name}.attention.self", hidden, spans)
        seen = self._dense(f"{name}.attention.output.dense", attended)
        hidden = self._norm(f"{name}.attention.output.LayerNorm", hidden + seen)
        wide = _gelu(self._dense(f"{name}.intermediate.dense", hidden))
        turned = self._dense(f"{name}.output.dense", wide)
        return self._norm(f"{name}.output.LayerNorm", hidden + turned)

    def _attend(self, name: str, hidden: Floats, spans: Sequence[slice]) -> Floats:
        query, key, value = (
            self._dense(f"{name}.{part}", hidden).reshape(-1, _HEADS, _HEAD).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        seen = np.empty_like(query)
        for span in spans:
            fit = query[:, span] @ key[:, span].swapaxes(1, 2) / np.sqrt(np.float32(_HEAD))
            seen[:, span] = _softmax(fit) @ value[:, span]
        return seen.swapaxes(0, 1).reshape(-1, DIMENSIONS)

    def _dense(self, name: str, values: Floats) -> Floats:
        return values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, name: str, values: Floats) -> Floats:
        centred = values - values.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + _EPSILON)
        return centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _softmax(values: Floats) -> Floats:
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


# Abramowitz and Stegun 7.1.26: the error function to 1.5e-7, which is all that float32 holds.
_ERF = tuple(map(np.float32, (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)))
_ERF_P, _ROOT_HALF, _HALF, _ONE = map(np.float32, (0.3275911, 0.5**0.5, 0.5, 1))


def _gelu(values: Floats) -> Floats:
    far = np.abs(values) * _ROOT_HALF
    near = _ONE / (_ONE + _ERF_P * far)
    series = np.zeros_like(near)
    for factor in reversed(_ERF):
        series = (series + factor) * near
    erf = np.copysign(_ONE - series * np.exp(-far * far), values)
    return _HALF * values * (_ONE + erf)
