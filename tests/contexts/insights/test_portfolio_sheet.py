"""A portfolio as a file: no cell of it is a formula, whatever a company calls itself."""

import csv
import io
from uuid import uuid4

import pytest

from milepost.contexts.insights.portfolio_sheet import NOTHING, Cell, Column, Line, Sheet


def written(*names: str) -> Sheet:
    """A table of companies called so."""
    return Sheet(
        (Column("company", "Company"), Column("progress", "Progress")),
        tuple(Line(uuid4(), name, (Cell(name, ""), Cell("50%", ""))) for name in names),
    )


@pytest.mark.parametrize("sign", list("=+-@|%") + list("＝＋－＠｜％") + list("﹦﹢﹣﹫"))
@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\u00a0", "\u3000"])
def test_what_a_spreadsheet_would_take_for_a_formula_is_words(sign, before):
    name = f"{before}{sign}cmd|' /C calc'!A1"
    rows = list(csv.reader(io.StringIO(written(name).csv().removeprefix("\ufeff"), newline="")))
    assert rows[1][0] == f"'{name}"


@pytest.mark.parametrize("before", ["\t", "\r", "\n"])
def test_what_moves_to_another_cell_is_kept_in_its_own(before):
    rows = list(csv.reader(io.StringIO(written(f"{before}Alder").csv()[1:], newline="")))
    assert rows[1] == [f"'{before}Alder", "50%"]


def test_every_cell_stands_in_quotes():
    # In a spreadsheet that parts cells by semicolons, the second would begin with a formula.
    text = written("Alder;=1+1", 'Birch "and" Sons', "Cedar, Inc.").csv()
    assert text.removeprefix("\ufeff").splitlines() == [
        '"Company","Progress"',
        '"Alder;=1+1","50%"',
        '"Birch ""and"" Sons","50%"',
        '"Cedar, Inc.","50%"',
    ]


@pytest.mark.parametrize("name", ["Alder", NOTHING, "3.4 (last 2)", "½ Sons", "Ａｌｄｅｒ", ""])
def test_other_words_stay_as_they_are(name):
    rows = list(csv.reader(io.StringIO(written(name).csv().removeprefix("\ufeff"))))
    assert rows[1] == [name, "50%"]
