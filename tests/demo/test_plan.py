"""The story's plan is chosen by its seed, and its cases are ones the catalogue lets a village receive."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest

from stationapp.demo.plan import Fate, demonstration_applicants, fill_form, make_plan
from stationapp.demo.report import Report
from stationapp.domain.catalogue import Catalogue, why_not_open
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.domain.identity_documents import DocumentKind, check_identity
from stationapp.domain.item_form import check_form
from stationapp.domain.names import normalise_name
from stationapp.domain.organisation import Level
from stationapp.platform.resources import resource

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    text = resource("catalogue", "demonstration.json").read_text("utf-8")
    return catalogue_from_mapping(json.loads(text))


def test_the_same_seed_gives_the_same_plan_and_another_seed_another(catalogue: Catalogue) -> None:
    assert make_plan(60, 7, catalogue) == make_plan(60, 7, catalogue)
    assert make_plan(60, 7, catalogue) != make_plan(60, 8, catalogue)
    assert make_plan(60, 7, catalogue)[:20] == make_plan(20, 7, catalogue)


def test_the_first_five_cases_show_every_way_a_case_can_go(catalogue: Catalogue) -> None:
    for seed in (1, 2):
        assert {row.fate for row in make_plan(5, seed, catalogue)} == set(Fate)
    assert set(Counter(row.fate for row in make_plan(200, 1, catalogue))) == set(Fate)
    assert any(row.with_scan for row in make_plan(1, 1, catalogue))


def test_every_planned_case_could_be_received(catalogue: Catalogue) -> None:
    for row in make_plan(200, 3, catalogue):
        item = catalogue.in_force(row.item, DAY)
        assert why_not_open(item, DAY) == ()
        assert item is not None
        assert check_form(item.form, fill_form(item, row.applicant)) == (), item.name
        assert (item.decides_at is Level.TOWNSHIP) == (row.fate is Fate.TOWNSHIP)


def test_nothing_that_is_granted_within_the_day_would_have_to_be_publicised_first(
    catalogue: Catalogue,
) -> None:
    for row in make_plan(200, 3, catalogue):
        item = catalogue.in_force(row.item, DAY)
        assert item is not None
        assert row.fate is Fate.REFUSED or not item.publicity_days, item.name


def test_the_applicants_are_sound_and_some_have_rare_names() -> None:
    people = demonstration_applicants()
    for person in people:
        kind = DocumentKind(person.document_kind)
        assert check_identity(kind, person.document_number, DAY).is_valid
        assert normalise_name(person.name) == person.name
    assert len({person.document_number for person in people}) == len(people)
    assert any(ord(character) > 0xFFFF for person in people for character in person.name)


def test_a_report_went_well_only_when_nothing_is_wrong() -> None:
    assert Report(cases=5, events=100, papers=20, numbers=18).went_well
    for wrong in ("pending", "refused", "lost", "duplicated", "numbers_unknown"):
        assert not Report(**{wrong: 1}).went_well, wrong
    assert not Report(differences=["hub: x"]).went_well
