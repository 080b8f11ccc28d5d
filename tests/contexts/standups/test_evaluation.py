"""The promise about understanding, on messages that no rule was tuned on."""

import json

import pytest
from typer.testing import CliRunner

from milepost.cli import evaluation as command
from milepost.contexts.standups import evaluation
from milepost.contexts.standups.types import Kind, Understood
from milepost.settings import shipped

PROGRAM = shipped("programs") / "startup-journey"
PRECISION, RECALL = 0.85, 0.6


@pytest.mark.parametrize("part", evaluation.PARTS)
def test_precision_and_recall_are_as_promised(part):
    report = evaluation.evaluate(part, PROGRAM)
    assert report.total.precision >= PRECISION
    assert report.total.recall >= RECALL


def test_the_corpus_is_large_and_names_what_there_is():
    parts = {part: evaluation.load(part, PROGRAM) for part in evaluation.PARTS}
    said = [example.says for examples in parts.values() for example in examples]
    assert len(said) >= 140
    assert len(set(said)) == len(said)
    for examples in parts.values():
        assert len(examples) >= 70
        kinds = {kind for example in examples for kind, _ in example.means}
        assert kinds == set(Kind)
        # What calls for nothing is a good part of what people say.
        assert sum(not example.means for example in examples) >= 15
        assert all(20 <= len(example.index.candidates) <= 60 for example in examples)


def test_who_proposes_nothing_is_precise_and_of_no_use():
    report = evaluation.evaluate("tuning", PROGRAM, lambda _text, _index: Understood())
    assert (report.total.precision, report.total.recall) == (1.0, 0.0)


def test_the_command_prints_what_was_counted():
    ran = CliRunner().invoke(command.app, ["standup", "--part", "held-out", "--json"])
    assert ran.exit_code == 0
    (report,) = json.loads(ran.stdout)
    assert report["part"] == "held-out"
    assert report["all"]["precision"] >= PRECISION
    assert report["kinds"]["complete_task"]["expected"] > 40
    plain = CliRunner().invoke(command.app, ["standup", "--misses"])
    assert "tuning: " in plain.stdout
    assert "precision" in plain.stdout
