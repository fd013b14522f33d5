"""Rules of appeals against cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stationapp.domain.case import Case
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason


def goes_to_supervisors(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An appeal is heard at the county, by nobody who was concerned with the case."""
    if event.facts.get("to_desk") != situation.organisation.county_window().desk_id:
        return (Reason("wrong-desk", "申诉应提交县级监察岗。", "to_desk"),)
    return ()


def is_not_appealed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """One appeal waits for its answer before another is made against the same card."""
    if _about(situation.case, "appeal_card") == event.facts.get("finding_id") and _waits(situation.case):
        return (Reason("appealed", "该监察项已提出申诉，正在处理。", "finding_id"),)
    return ()


def is_appealed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Only what was appealed against is decided, and once."""
    if _about(situation.case, "appeal_card") != event.facts.get("finding_id") or not _waits(situation.case):
        return (Reason("not-appealed", "没有针对该监察项的待处理申诉。", "finding_id"),)
    return ()


def appellant_does_not_decide(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Nobody decides his own appeal."""
    appellant: Hand | None = situation.case.by("appeal_card") if situation.case else None
    if appellant is not None and appellant.person_id == event.hand.person_id:
        return (Reason("same-person", "申诉人不能处理自己的申诉。"),)
    return ()


def _about(case: Case | None, move: str) -> Any:
    facts: Mapping[str, Any] = case.last[move].facts if case is not None and move in case.last else {}
    return facts.get("finding_id")


def _waits(case: Case | None) -> bool:
    if case is None or "appeal_card" not in case.last:
        return False
    return "decide_appeal" not in case.last or case.last_order("decide_appeal", "appeal_card")
