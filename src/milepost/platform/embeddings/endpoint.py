"""Vectors from an endpoint that speaks the OpenAI protocol: asked briefly, believed carefully."""

import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpx2
import numpy as np

from milepost.platform.embeddings.faults import Changed, Unusable
from milepost.platform.embeddings.files import Floats

# What is asked at once, and the most that may come back for it.
_BATCH, _MOST_BYTES = 64, 32 * 1024 * 1024


class Endpoint:
    """A model behind an address. All its vectors have as many numbers as its first had."""

    def __init__(self, url: str, model: str, key: str | None, *, timeout: float) -> None:
        self._url = f"{url.rstrip('/')}/embeddings"
        self._model = model
        self._timeout = timeout
        self._dimensions: int | None = None
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        self._client = httpx2.Client(timeout=timeout, headers=headers, follow_redirects=False)

    def encode(self, sentences: Sequence[str]) -> Floats:
        """Return a unit vector for each sentence. Raises Unusable."""
        batches = [
            self._ask(sentences[first : first + _BATCH])
            for first in range(0, len(sentences), _BATCH)
        ]
        if len({batch.shape[1] for batch in batches}) != 1:
            raise Unusable("the endpoint gave vectors of different lengths")
        return np.concatenate(batches)

    def _ask(self, sentences: Sequence[str]) -> Floats:
        body = self._fetch({"model": self._model, "input": list(sentences)})
        try:
            items = sorted(json.loads(body)["data"], key=lambda item: item["index"])
            places = [item["index"] for item in items]
            vectors = np.array([item["embedding"] for item in items], dtype=np.float32)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Unusable("the endpoint's answer can't be read") from error
        if places != list(range(len(sentences))) or vectors.ndim != 2:
            raise Unusable("the endpoint gave no vector for each sentence")
        return self._checked(vectors)

    def _checked(self, vectors: Floats) -> Floats:
        if self._dimensions is None:
            self._dimensions = vectors.shape[1]
        if vectors.shape[1] != self._dimensions:
            raise Changed(
                f"the endpoint gave vectors of {vectors.shape[1]} numbers,"
                f" and of {self._dimensions} before"
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and (lengths > 0).all()):
            raise Unusable("the endpoint gave vectors that point nowhere")
        return vectors / lengths

    def _fetch(self, question: dict[str, Any]) -> bytes:
        """Ask, and be done in time even if the answer comes a byte a second."""
        until = time.monotonic() + self._timeout
        try:
            with self._client.stream("POST", self._url, json=question) as response:
                if not response.is_success:
                    raise Unusable(f"the endpoint answered with status {response.status_code}")
                return self._read(response.iter_bytes(), until)
        except httpx2.TimeoutException as error:
            raise Unusable(f"the endpoint took longer than {self._timeout:g} seconds") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Unusable("the endpoint can't be reached") from error

    def _read(self, parts: Iterable[bytes], until: float) -> bytes:
        body = bytearray()
        for part in parts:
            body += part
            if time.monotonic() > until:
                raise Unusable(f"the endpoint took longer than {self._timeout:g} seconds")
            if len(body) > _MOST_BYTES:
                raise Unusable("the endpoint's answer is too long")
        return bytes(body)
