"""Acts by the rules of an earlier program, and clients that only claim to have one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from stationapp.domain.events import event_to_mapping
from stationapp.domain.rule_editions import PUBLISHED

TOWN = "510704105000"


@pytest.fixture
def village(county):
    county.enrol(TOWN, "clerk")
    return county.enrol("510704105209", "agent")


def act_by(edition: int, village, move: str, case: str, **facts) -> None:
    """Seal an act that names an edition of the rules."""
    event = village.event(move, case, "agent", **facts)
    told = replace(event, under=replace(event.under, rules=edition))
    village.seal(json.dumps(event_to_mapping(told), ensure_ascii=False), "agent")


def received_by(edition: int, village) -> str:
    """Receive a case without 委托书; returns its id."""
    case, facts = village.county.uuid(), village.opening()
    facts["application"]["attorney"] = ""
    act_by(edition, village, "receive", case, **facts)
    return case


def hand_over_by(edition: int, village, case: str) -> None:
    act_by(edition, village, "hand_over", case, **village.batch(TOWN))


def test_work_of_a_program_that_did_not_know_a_rule_is_taken(village):
    hand_over_by(1, village, received_by(1, village))
    village.exchange()
    assert village.result() == ("accepted", [])


@pytest.mark.parametrize(("days", "told"), [(365, "accepted"), (366, "refused")])
def test_a_year_after_the_next_edition_nobody_is_believed_any_more(county, village, days, told):
    case = received_by(1, village)
    village.exchange()
    late = datetime.combine(PUBLISHED[2] + timedelta(days=days), time(12), county.clock.now.tzinfo)
    county.clock.now = village.now = late
    hand_over_by(1, village, case)
    village.exchange()
    assert village.result()[0] == told


def test_a_pc_that_knew_the_rule_before_is_not_believed_to_have_an_older_program(village):
    hand_over_by(1, village, received_by(2, village))
    village.exchange()
    assert village.result() == ("refused", ["no-attorney"])


def test_the_same_holds_for_what_came_in_an_earlier_exchange(village):
    case = received_by(2, village)
    village.exchange()
    hand_over_by(1, village, case)
    village.exchange()
    assert village.result() == ("refused", ["no-attorney"])


def test_nor_is_one_that_was_enrolled_anew_and_sends_again_what_showed_it(county, village):
    case = received_by(2, village)
    village.exchange()
    anew = county.enrol("510704105209", "agent")
    anew.seal(village.envelopes[0].body, "agent")
    hand_over_by(1, anew, case)
    anew.exchange()
    assert anew.result(1) == ("accepted", [])
    assert anew.result(2) == ("refused", ["no-attorney"])


def test_a_program_brought_up_to_date_follows_the_new_rule_from_then_on(village):
    hand_over_by(1, village, received_by(1, village))
    hand_over_by(2, village, received_by(2, village))
    village.exchange()
    assert [village.result(seq)[0] for seq in (1, 2, 3, 4)] == ["accepted", "accepted", "accepted", "refused"]
