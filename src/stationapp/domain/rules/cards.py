"""Rules of appeals against cards."""

from __future__ import annotations

from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of


def goes_to_supervisors(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An appeal is heard at the county, by nobody who was concerned with the case."""
    if event.facts.get("to_desk") != situation.organisation.county_window().desk_id:
        return (Reason("wrong-desk", "申诉应提交县级监察岗。", "to_desk"),)
    return ()


def is_not_appealed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An appeal waits for its answer before another is made against the same card."""
    if situation.case is not None and text_of(event, "finding_id") in situation.case.appeals:
        return (Reason("appealed", "该监察项已提出申诉，正在处理。", "finding_id"),)
    return ()


def is_appealed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Only what was appealed against is decided, and once."""
    if situation.case is None or text_of(event, "finding_id") not in situation.case.appeals:
        return (Reason("not-appealed", "没有针对该监察项的待处理申诉。", "finding_id"),)
    return ()


def appellant_does_not_decide(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Nobody decides his own appeal."""
    appeals = situation.case.appeals if situation.case is not None else {}
    if appeals.get(text_of(event, "finding_id")) == event.hand.person_id:
        return (Reason("same-person", "申诉人不能处理自己的申诉。"),)
    return ()
