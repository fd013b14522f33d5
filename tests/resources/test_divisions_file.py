"""The shipped divisions of 510704 hold both editions and never guess."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stationapp.domain.divisions import Divisions, divisions_from_mapping
from stationapp.domain.organisation import Level

FILE = Path(__file__).parents[2] / "resources" / "divisions" / "510704.json"
THEN, NOW = date(2017, 12, 1), date(2026, 1, 1)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def divisions(document: dict[str, Any]) -> Divisions:
    return divisions_from_mapping(document)


@pytest.mark.parametrize(("day", "townships", "villages"), [(THEN, 30, 317), (NOW, 15, 195)])
def test_each_edition_is_there_in_full(
    divisions: Divisions, day: date, townships: int, villages: int
) -> None:
    levels = [row.level for row in divisions.at(day)]
    assert levels.count(Level.COUNTY) == 1
    assert levels.count(Level.TOWNSHIP) == townships
    assert levels.count(Level.VILLAGE) == villages


def test_every_row_stands_below_one_that_is_valid_on_the_same_day(divisions: Divisions) -> None:
    for day in (THEN, NOW):
        codes = {row.code for row in divisions.at(day)}
        assert all(row.parent in codes for row in divisions.at(day) if row.level is not Level.COUNTY)


def test_every_row_that_ended_has_a_standing_successor_or_is_named_as_unresolved(
    divisions: Divisions, document: dict[str, Any]
) -> None:
    unresolved = {row["code"] for row in document["unresolved"]}
    for row in divisions.rows:
        if row.valid_to:
            heirs = divisions.successors_of(row.code, THEN)
            assert bool(heirs) != (row.code in unresolved), row
            assert all(heir.level is row.level and not heir.valid_to for heir in heirs), row


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("510704108000", "游仙区徐家镇", "游仙区魏城镇"),
        ("510704108204", "游仙区徐家镇白鹤村", "游仙区魏城镇白鹤村"),
        ("510704103000", "游仙区小枧沟镇", "游仙区小枧镇"),
        ("510704105209", "游仙区沉抗镇抗香村", "游仙区沉抗镇抗香村"),
        ("510704107001", "游仙区柏林镇柏林镇社区", "游仙区仙鹤镇柏林社区"),
    ],
)
def test_known_places_are_followed(divisions: Divisions, code: str, before: str, after: str) -> None:
    assert divisions.path_name(code, THEN) == before
    assert [divisions.path_name(heir.code, NOW) for heir in divisions.successors_of(code)] == [after]


def test_a_village_whose_code_was_given_away_is_not_followed_into_the_new_one(divisions: Divisions) -> None:
    assert divisions.path_name("510704104204", THEN) == "游仙区魏城镇六合村"
    assert divisions.path_name("510704104204", NOW) == "游仙区魏城镇白鹤村"
    assert divisions.successors_of("510704104204", THEN) == ()


def test_a_village_is_not_taken_for_the_community_of_another_town(divisions: Divisions) -> None:
    assert divisions.path_name("510704202201", THEN) == "游仙区建华乡太平村"
    assert divisions.successors_of("510704202201") == ()
