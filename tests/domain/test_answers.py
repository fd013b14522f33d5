"""What comes as JSON from a script or another device may be anything; it is refused before it is folded."""

from __future__ import annotations

from typing import Any

import pytest

from small_county import FACTS, MISSING, application, event, hand, item, organisation, receipt_facts
from stationapp.domain.answers import stray_facts, unreadable_answers
from stationapp.domain.case_flow import TABLE, judge
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.moves import Situation
from stationapp.domain.organisation import Level

BAD = [
    ("serve", "served_on", "昨天"),
    ("serve", "served_on", "20261201"),
    ("serve", "served_on", 20261201),
    ("serve", "manner", "pigeon"),
    ("serve", "recipient", ["吴䶮"]),
    ("examine", "opinion", {"text": "同意"}),
    ("request_supplement", "deadline", "2026-13-01"),
    ("request_supplement", "missing", "户口簿"),
    ("request_supplement", "missing", ["户口簿"]),
    ("request_supplement", "missing", [{**MISSING[0], "standard": 3}]),
    ("supply", "materials", [{"material_id": "booklet"}]),
    ("supply", "materials", [{"material_id": "booklet", "name": "户口簿", "originals": "1", "copies": 1}]),
    ("supply", "materials", [{"material_id": "booklet", "name": "户口簿", "originals": -1, "copies": 1}]),
    ("supply", "materials", 7),
]


@pytest.mark.parametrize(("move", "name", "answer"), BAD)
def test_an_answer_that_cannot_be_read_is_refused_at_its_own_field(move: str, name: str, answer: Any) -> None:
    reasons = unreadable_answers(TABLE[move], {**FACTS[move], name: answer})
    assert [(reason.code, reason.field) for reason in reasons] == [("bad-answer", name)]


@pytest.mark.parametrize("move", sorted(FACTS))
def test_what_people_answer_is_read(move: str) -> None:
    assert unreadable_answers(TABLE[move], FACTS[move]) == ()
    assert stray_facts(TABLE[move], FACTS[move]) == ()


def test_an_empty_answer_is_left_to_the_moves_own_checks() -> None:
    assert unreadable_answers(TABLE["serve"], {"served_on": "", "witness": None}) == ()


@pytest.mark.parametrize("name", ["application", "materials", "missing", "case_number"])
def test_a_move_cannot_change_what_it_does_not_ask_for(name: str) -> None:
    assert [reason.field for reason in stray_facts(TABLE["examine"], {"opinion": "同意", name: []})] == [name]


@pytest.mark.parametrize(
    "change",
    [
        {"applicant": {"name": 5, "document_kind": "resident_id", "document_number": "1"}},
        {"applicant": {"name": "吴䶮"}},
        {"applicant": []},
        {"materials": [{"material_id": "id-card", "name": "居民身份证", "originals": "1", "copies": 1}]},
        {"materials": ["身份证"]},
        {"form": 3},
    ],
)
def test_an_application_of_the_wrong_shape_is_refused_and_not_a_crash(change: dict[str, Any]) -> None:
    facts = receipt_facts(application={**application(), **change})
    county = Situation(None, organisation(), item("TEST-COUNTY", Level.COUNTY, HandlingKind.COMMITTED))
    reasons = judge(county, event("case", "receive", hand("agent"), facts))
    assert reasons[0].code == "bad-application"
