"""Divisions answer for a day, and a place is followed through a merger."""

from __future__ import annotations

from datetime import date

import pytest

from stationapp.domain.divisions import Divisions, divisions_from_mapping, divisions_to_mapping, short_name
from stationapp.domain.organisation import Division, Level

OLD, NEW = "2017-10-31", "2023-06-30"
THEN, NOW = date(2018, 5, 1), date(2024, 5, 1)
COUNTY, NORTH, SOUTH = "510704000000", "510704108000", "510704104000"

ROWS = (
    Division(COUNTY, Level.COUNTY, "游仙区", "510700000000", OLD),
    Division(NORTH, Level.TOWNSHIP, "北镇", COUNTY, OLD, NEW, (SOUTH,)),
    Division(SOUTH, Level.TOWNSHIP, "南镇", COUNTY, OLD),
    Division("510704108204", Level.VILLAGE, "白鹤村民委员会", NORTH, OLD, NEW, ("510704104204",)),
    Division("510704104204", Level.VILLAGE, "六合村民委员会", SOUTH, OLD, NEW),
    Division("510704104204", Level.VILLAGE, "白鹤村村民委员会", SOUTH, NEW),
)


@pytest.fixture
def divisions() -> Divisions:
    return Divisions(ROWS)


def test_a_code_names_another_village_before_and_after_the_merger(divisions: Divisions) -> None:
    assert divisions.path_name("510704104204", THEN) == "游仙区南镇六合村"
    assert divisions.path_name("510704104204", NOW) == "游仙区南镇白鹤村"
    assert divisions.path_name("510704104204") == "游仙区南镇白鹤村"


def test_an_old_case_still_finds_the_name_of_its_old_code(divisions: Divisions) -> None:
    assert divisions.division("510704108204", NOW) is None
    assert divisions.path_name("510704108204") == "游仙区北镇白鹤村"
    assert divisions.path_name("510704999999") == ""


def test_a_row_ends_on_the_day_the_next_begins(divisions: Divisions) -> None:
    before, after = date(2023, 6, 29), date(2023, 6, 30)
    assert [row.name for row in divisions.children(SOUTH, before)] == ["六合村民委员会"]
    assert [row.name for row in divisions.children(SOUTH, after)] == ["白鹤村村民委员会"]
    assert len(divisions.children(COUNTY, before)) == 2
    assert len(divisions.children(COUNTY, after)) == 1


def test_a_village_is_followed_to_its_new_township(divisions: Divisions) -> None:
    (heir,) = divisions.successors_of("510704108204")
    assert (heir.code, heir.valid_to) == ("510704104204", "")


def test_the_village_whose_code_was_taken_over_has_no_guessed_successor(divisions: Divisions) -> None:
    assert divisions.successors_of("510704104204") == ()
    assert [row.name for row in divisions.successors_of("510704104204", NOW)] == ["白鹤村村民委员会"]


def test_a_division_that_still_stands_is_its_own_successor(divisions: Divisions) -> None:
    assert divisions.successors_of(SOUTH) == (ROWS[2],)
    assert divisions.successors_of("510704999999") == ()


def test_rows_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Divisions((ROWS[2], Division(SOUTH, Level.TOWNSHIP, "南城镇", COUNTY, NEW)))


def test_the_mapping_loses_nothing(divisions: Divisions) -> None:
    assert divisions_from_mapping(divisions_to_mapping(divisions)).rows == ROWS


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("抗香村村民委员会", "抗香村"),
        ("抗香村民委员会", "抗香村"),
        ("剑南路东段社区居民委员会", "剑南路东段社区"),
        ("一社区居委会", "一社区"),
        ("沉抗镇", "沉抗镇"),
    ],
)
def test_a_committee_is_called_by_its_place(name: str, short: str) -> None:
    assert short_name(name) == short
