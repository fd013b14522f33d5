"""The page of what is covered names every mechanism of the sources, and nothing that is not there."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MECHANISMS = 101


@cache
def maker() -> dict[str, Any]:
    """The names of the script that writes the page."""
    return runpy.run_path(str(ROOT / "packaging" / "docs" / "make_coverage.py"))


def test_every_mechanism_has_its_row_once() -> None:
    assert [row.number for row in maker()["read_rows"]()] == list(range(1, MECHANISMS + 1))


def test_every_place_and_every_test_a_row_names_is_there() -> None:
    assert list(maker()["faults"]()) == []


def test_what_works_names_code_of_the_program_and_a_test() -> None:
    for row in maker()["read_rows"]():
        places, tests = [place.split(" ")[0] for place in row.code], [one.split("::")[0] for one in row.tests]
        assert all(path.startswith(("src/", "sync/")) for path in places), row.number
        assert all(path.startswith("tests/") for path in tests), row.number


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"state": "done", "code": ["a b"], "tests": ["a::b"]}, "is no state"),
        ({"state": "works", "tests": ["a::b"]}, "without a place"),
        ({"state": "works", "code": ["a b"]}, "without a place"),
        ({"state": "partly", "code": ["a b"], "tests": ["a::b"]}, "does not say"),
        ({"state": "not yet"}, "does not say"),
    ],
)
def test_a_row_that_claims_more_than_it_shows_is_no_row(row: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        maker()["_row"]({"number": 1, "name": "限时办结制", **row})


def test_the_page_is_what_the_rows_say() -> None:
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert page == maker()["rendered"]()
