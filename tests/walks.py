"""Walks through the table of moves: each step is judged, and only then folded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from small_county import (
    CALENDAR,
    COUNTY_ITEM,
    DEPARTMENT,
    FACTS,
    MISSING,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    application,
    batch_facts,
    catalogue,
    event,
    hand,
    organisation,
    receipt_facts,
)
from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE, case_of, judge
from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Situation

AGENT, CLERK, WINDOW_CLERK = hand("agent"), hand("clerk"), hand("window")
OFFICER, APPROVER, MAYOR = hand("officer"), hand("approver"), hand("township-approver")
HANDS = (AGENT, CLERK, WINDOW_CLERK, OFFICER, APPROVER, MAYOR)


class Walk:
    """A case under way: each step is judged, and only then folded."""

    def __init__(self, code: str = COUNTY_ITEM, **changes: Any) -> None:
        found = catalogue().version_of(code, 1)
        assert found is not None
        self.item = replace(found, **changes)
        self.code = code
        self.events: list[CaseEvent] = []

    @property
    def case(self) -> Case | None:
        return case_of(self.events)

    @property
    def situation(self) -> Situation:
        return Situation(self.case, organisation(), self.item, CALENDAR)

    def refusals(self, move: str, by, facts=None) -> tuple[str, ...]:
        given_facts = facts if facts is not None else default_facts(move, self.code, by)
        reasons = judge(self.situation, event("case", move, by, given_facts))
        return tuple(reason.code for reason in reasons)

    def go(self, move: str, by, facts=None) -> Walk:
        given_facts = facts if facts is not None else default_facts(move, self.code, by)
        step = event("case", move, by, given_facts)
        reasons = judge(self.situation, step)
        assert not reasons, reasons
        self.events.append(step)
        return self


def default_facts(move: str, code: str, by) -> dict:
    targets = {
        ("hand_over", VILLAGE): TOWNSHIP,
        ("forward", TOWNSHIP): WINDOW,
        ("send_result", WINDOW): TOWNSHIP,
        ("send_result", TOWNSHIP): VILLAGE,
    }
    if move == "receive":
        return receipt_facts(code, station=by.desk_id[:12])
    if move == "note_missing":
        asked = application(code, complete=False)
        return receipt_facts(code, station=by.desk_id[:12], application=asked, missing=MISSING)
    if TABLE[move].batched:
        return batch_facts(targets.get((move, by.desk_id), WINDOW), by.desk_id[:12])
    if move == "issue_result":
        return {"to_desk": WINDOW if by.desk_id == DEPARTMENT else by.desk_id, "result_name": "认定通知书"}
    return FACTS.get(move, {})
