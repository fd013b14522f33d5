"""Logs of whole cases with days of one's choice: folded, not judged, for tests of what is told about cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zlib import crc32

from small_county import (
    CALENDAR,
    CHINA,
    COUNTY_ITEM,
    DEPARTMENT,
    FACTS,
    TOWNSHIP,
    VILLAGE,
    VILLAGE_ITEM,
    WINDOW,
    application,
    batch_facts,
    event,
    hand,
    receipt_facts,
)
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.time_limits import Limit, LimitUnit

HUB = Hand("hub", "hub", "hub", "县级平台", "")
MONDAY = date(2026, 11, 16)
_BY = {
    "receive": "agent",
    "hand_over": "agent",
    "sign_for": "clerk",
    "examine": "clerk",
    "forward": "clerk",
    "register": "window",
    "accept": "window",
    "assign": "window",
    "review": "officer",
    "start_special": "officer",
    "end_special": "officer",
    "publicise": "officer",
    "grant": "approver",
    "refuse": "approver",
    "extend": "approver",
    "issue_result": "officer",
    "send_result": "window",
    "sign_for_result": "agent",
    "serve": "agent",
    "conclude": "agent",
    "rate": "agent",
    "archive": "agent",
    "withdraw": "agent",
    "handle_directly": "agent",
    "request_supplement": "clerk",
    "supply": "agent",
}


class CaseLog:
    """A case being written; `then` adds an act some days after the first."""

    def __init__(self, case_id: str = "case-1", code: str = COUNTY_ITEM, start: date = MONDAY) -> None:
        self.case_id, self.code, self.start = case_id, code, start
        self.events: list[CaseEvent] = []
        self._serial = crc32(case_id.encode()) % 9000 + 1

    def then(self, move: str, day: int = 0, hour: int = 10, by: str = "", **facts: Any) -> CaseLog:
        """Add an act of the usual post, or of the named one, with its usual facts changed."""
        at = datetime.combine(self.start + timedelta(days=day), time(hour), CHINA)
        acting = HUB if by == "hub" else hand(by or _BY[move])
        made = {**self._usual(move, at.date()), **facts}
        self.events.append(event(self.case_id, move, acting, made, at))
        return self

    def _usual(self, move: str, day: date) -> Mapping[str, Any]:
        if move == "receive":
            return receipt_facts(self.code, self._serial, day=day, application=application(self.code))
        if move == "accept":
            limits = {"statutory_due": 20, "promised_due": 10}
            dues = {
                name: due_fact(day, Limit(days, LimitUnit.WORKING_DAYS), CALENDAR)
                for name, days in limits.items()
            }
            return {**dues, "document_number": "游仙政务受〔2026〕010001号"}
        if move == "issue_result":
            return {"to_desk": WINDOW, "result_name": "认定通知书", "result_number": "2026-001"}
        targets = {"hand_over": TOWNSHIP, "forward": WINDOW, "send_result": VILLAGE}
        if move in targets:
            return batch_facts(targets[move])
        if move == "assign":
            return {"to_desk": DEPARTMENT}
        if move == "serve":
            return {**FACTS["serve"], "served_on": day.isoformat()}
        return FACTS.get(move, {})


def travelled(case_id: str = "case-1", start: date = MONDAY) -> CaseLog:
    """A case on its way up to the window, accepted there on the second day."""
    log = CaseLog(case_id, start=start).then("receive").then("hand_over", hour=11)
    log.then("sign_for", hour=15).then("examine", hour=16).then("forward", hour=17)
    return (
        log.then("sign_for", 1, 9, "window")
        .then("register", 1, 9)
        .then("accept", 1, 10)
        .then("assign", 1, 10)
    )


def decided(case_id: str = "case-1", start: date = MONDAY, day: int = 3, move: str = "grant") -> CaseLog:
    """A case decided on some day after its receipt (3 is a Thursday)."""
    return travelled(case_id, start).then("review", day, 9).then(move, day, 10)


def served(case_id: str = "case-1", start: date = MONDAY, day: int = 3, move: str = "grant") -> CaseLog:
    """A case decided, served the day after and concluded."""
    log = decided(case_id, start, day, move).then("issue_result", day, 11).then("send_result", day, 12)
    log.then("sign_for_result", day + 1, 9).then("serve", day + 1, 10)
    return log.then("conclude", day + 1, 11)


def on_the_spot(case_id: str = "case-1", start: date = MONDAY) -> CaseLog:
    """A case handled in the village on the day of its receipt."""
    log = CaseLog(case_id, VILLAGE_ITEM, start).then("receive").then("handle_directly", hour=10)
    return log.then("serve", hour=10).then("conclude", hour=10)
