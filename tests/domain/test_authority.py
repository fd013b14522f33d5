"""委托代办 (SEED 004): nothing leaves the village before the applicant's authority is on file."""

from __future__ import annotations

from small_county import TOWNSHIP_ITEM, VILLAGE_ITEM
from stationapp.domain.case import State
from walks import AGENT, CLERK, Walk, right_facts


def received(code: str = TOWNSHIP_ITEM, *, attorney: str = "") -> Walk:
    """Received in the village, with or without the applicant's authority."""
    walk = Walk(code)
    facts = right_facts(walk, "receive", AGENT)
    return walk.go("receive", AGENT, {**facts, "application": {**facts["application"], "attorney": attorney}})


def test_a_case_without_authority_stays_in_the_village_until_it_is_on_file() -> None:
    walk = received()
    assert walk.refusals("hand_over", AGENT) == ("no-attorney",)
    assert walk.go("note_attorney", AGENT).go("hand_over", AGENT).standing.state is State.IN_TRANSIT


def test_what_was_on_file_at_the_intake_need_not_be_noted_again() -> None:
    walk = received(attorney="paper")
    assert walk.refusals("note_attorney", AGENT) == ("has-attorney",)
    assert walk.refusals("hand_over", AGENT) == ()


def test_only_the_agent_who_has_the_case_notes_it() -> None:
    assert received().refusals("note_attorney", CLERK) != ()


def test_what_the_village_handles_itself_needs_no_authority() -> None:
    assert received(VILLAGE_ITEM).refusals("handle_directly", AGENT) == ()
