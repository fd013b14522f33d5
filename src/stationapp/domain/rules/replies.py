"""Rules of what a body above the county decides (上报件): it goes up with an opinion, its reply is put on record."""

from __future__ import annotations

from datetime import date

from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of


def is_decided_above_county(situation: Situation, hand: Hand) -> Reason | None:
    """上报件 (SEED 001): what a body above the county decides goes there with an opinion and all materials."""
    if situation.item is None or not situation.item.decided_above_county:
        return Reason("not-forwarded", "该事项不由上级机关决定，不用上报，由本部门决定。")
    return None


def county_decides(situation: Situation, hand: Hand) -> Reason | None:
    """What a body above the county decides is neither granted nor refused here (上报件, SEED 001; 行政许可法 35)."""
    if situation.item is not None and situation.item.decided_above_county:
        text = f"“{situation.item.name}”由上级机关决定，请上报上级机关，收到批复后登记。"
        return Reason("decided-above-county", text)
    return None


def reply_is_dated(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A reply is not older than the report it answers, nor younger than its record."""
    given = text_of(event, "replied_on")
    reported = situation.case.when("report_up") if situation.case is not None else None
    if not given:
        return ()
    day = date.fromisoformat(given)
    if day > event.at.date():
        return (Reason("reply-ahead", "批复日期不能晚于今天。", "replied_on"),)
    if reported is not None and day < reported.date():
        text = f"批复日期不能早于上报日期（{reported:%Y-%m-%d}）。"
        return (Reason("reply-before-report", text, "replied_on"),)
    return ()
