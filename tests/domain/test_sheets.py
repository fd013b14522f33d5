"""Cells that no spreadsheet program takes for a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.sheets import (
    LONGEST_CELL,
    column_width,
    csv_line,
    inert,
    workbook_cell,
    workbook_title,
)


@pytest.mark.parametrize("text", ["=1+1", "+86 816", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_would_run_is_made_inert(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["-33.33%", "-5", "12.50", "吴䶮", "", 7, -7])
def test_numbers_and_plain_texts_stay_as_they_are(cell):
    assert inert(cell) == cell


@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",))), min_size=1))
def test_a_line_read_back_has_the_same_cells_and_none_that_runs(cells):
    (row,) = csv.reader(io.StringIO(csv_line(cells), newline=""))
    assert row == [inert(cell) for cell in cells]
    assert not any(cell.startswith(("=", "@")) for cell in row)


def test_a_workbook_gets_only_what_it_can_hold():
    assert workbook_cell("a\x00b\x1f\n") == "a\ufffdb\ufffd\n"
    long = workbook_cell("长" * (LONGEST_CELL + 5))
    assert isinstance(long, str)
    assert (len(long), long[-1]) == (LONGEST_CELL, "…")
    assert workbook_cell(3) == 3
    assert workbook_title("a/b[c]:*" + "x" * 40) == ("a b c   " + "x" * 40)[:31]
    assert [column_width(header) for header in ("级", "办件受理时间", "很" * 60)] == [10, 14, 40]
