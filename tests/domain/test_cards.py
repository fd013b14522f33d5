"""Appeals against cards: heard at the county, once at a time, never decided by whoever appealed."""

from __future__ import annotations

from small_county import TOWNSHIP_ITEM, WINDOW, event, hand
from stationapp.domain.case_flow import judge
from walks import AGENT, CLERK, Walk

SUPERVISOR = hand("supervisor")
CARD = {"finding_id": "f" * 32, "reason": "断网期间按时办理，联网后才上传。", "to_desk": WINDOW}


def signed() -> Walk:
    walk = Walk(TOWNSHIP_ITEM)
    return walk.go("receive", AGENT).go("hand_over", AGENT).go("sign_for", CLERK)


def decided(finding: str = "f" * 32) -> dict[str, str]:
    return {"finding_id": finding, "outcome": "revoked", "reason": "情况属实。"}


def test_an_appeal_shows_the_case_to_the_county_and_changes_nothing_else() -> None:
    walk = signed()
    before = walk.case
    walk.go("appeal_card", CLERK, CARD)
    after = walk.case
    assert before is not None
    assert after is not None
    assert WINDOW not in before.visible_to
    assert WINDOW in after.visible_to
    assert (before.state, before.holder) == (after.state, after.holder)


def test_an_appeal_goes_to_the_county_only() -> None:
    elsewhere = {**CARD, "to_desk": CLERK.desk_id}
    assert signed().refusals("appeal_card", CLERK, elsewhere) == ("wrong-desk",)


def test_an_appeal_waits_for_its_answer_before_the_next() -> None:
    walk = signed().go("appeal_card", CLERK, CARD)
    assert walk.refusals("appeal_card", CLERK, CARD) == ("appealed",)
    walk.go("decide_appeal", SUPERVISOR, decided())
    assert walk.refusals("appeal_card", CLERK, CARD) == ()


def test_only_what_was_appealed_against_is_decided_and_once() -> None:
    walk = signed()
    walk.go("appeal_card", CLERK, CARD)
    assert walk.refusals("decide_appeal", SUPERVISOR, decided("0" * 32)) == ("not-appealed",)
    walk.go("decide_appeal", SUPERVISOR, decided())
    assert walk.refusals("decide_appeal", SUPERVISOR, decided()) == ("not-appealed",)


def test_a_supervisor_speaks_only_to_cases_that_are_shown_to_him() -> None:
    walk = signed()
    assert walk.refusals("supervise", SUPERVISOR, {"words": "请加快办理。"}) == ("not-concerned",)
    walk.go("appeal_card", CLERK, CARD)
    assert walk.refusals("supervise", SUPERVISOR, {"words": "请加快办理。"}) == ()


def test_nobody_else_decides_an_appeal() -> None:
    walk = signed().go("appeal_card", CLERK, CARD)
    step = event("case", "decide_appeal", CLERK, decided())
    assert [reason.code for reason in judge(walk.situation, step)] == ["wrong-post"]
