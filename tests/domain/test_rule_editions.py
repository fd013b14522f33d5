"""An act made by the rules of an earlier program is judged by them; only rules of good order come and go like that."""

from __future__ import annotations

from dataclasses import replace

from small_county import TOWNSHIP_ITEM
from stationapp.domain.case_flow import judge
from stationapp.domain.events import CaseEvent, Versions, event_from_mapping, event_to_mapping
from stationapp.domain.refusal import Reason
from stationapp.domain.rule_editions import EDITION, SINCE, known_to
from walks import AGENT, Walk, right_facts


def handed_over_without_authority() -> tuple[Walk, CaseEvent]:
    """A handover as it was right before 委托书 had to be on file."""
    walk = Walk(TOWNSHIP_ITEM)
    facts = right_facts(walk, "receive", AGENT)
    walk.go("receive", AGENT, {**facts, "application": {**facts["application"], "attorney": ""}})
    return walk, walk._step("hand_over", AGENT, None)


def test_a_rule_that_came_later_is_not_held_against_an_act() -> None:
    walk, event = handed_over_without_authority()
    assert [reason.code for reason in judge(walk.situation, event)] == ["no-attorney"]
    old = replace(event, under=replace(event.under, rules=1))
    assert judge(walk.situation, old) == ()


def test_an_act_that_names_no_edition_is_of_the_first_and_a_newer_one_may_name_more() -> None:
    _, event = handed_over_without_authority()
    told = event_to_mapping(event)
    assert told["under"]["rules"] == EDITION
    first = {name: value for name, value in told["under"].items() if name != "rules"}
    assert event_from_mapping({**told, "under": first}).under.rules == 1
    more = {**told, "under": {**told["under"], "seal": 3}, "hand": {**told["hand"], "title": "代办员"}}
    assert event_from_mapping(more) == event
    assert Versions().rules == EDITION


def test_every_other_rule_binds_every_edition() -> None:
    reasons = [Reason("no-power", "无权"), *(Reason(code, "后来的规则") for code in SINCE)]
    assert known_to(1, reasons) == (reasons[0],)
    assert known_to(EDITION, reasons) == tuple(reasons)
    assert all(1 < since <= EDITION for since in SINCE.values())
