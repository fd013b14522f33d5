"""Logs for tests of clocks and supervision: short tables of who did what on which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from published_calendar import PUBLISHED
from small_county import (
    CHINA,
    COUNTY_ITEM,
    DEPARTMENT,
    FACTS,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    batch_facts,
    event,
    hand,
    item,
    organisation,
    receipt_facts,
)
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.catalogue import HandlingKind, ServiceItem
from stationapp.domain.clock import Clock
from stationapp.domain.clocks import CaseClocks, clocks_of
from stationapp.domain.due_facts import due_fact
from stationapp.domain.findings import Finding
from stationapp.domain.logged_acts import LoggedAct
from stationapp.domain.organisation import Level
from stationapp.domain.supervision import findings
from stationapp.domain.supervision_policy import DEFAULT_POLICY, SupervisionPolicy
from stationapp.domain.time_limits import Limit, LimitUnit

ORGANISATION = organisation()
LICENCE = item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, item_type="01", name="林木采伐许可")
SERVICE = item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, item_type="20", name="临时救助")

Row = tuple[str, str, str] | tuple[str, str, str, dict[str, Any]]
"""Move, post, "MM-DD" or "MM-DD HH:MM" of 2026 (or a whole ISO day), and facts besides the usual ones."""


def working(days: int) -> Limit:
    """A limit in working days."""
    return Limit(days, LimitUnit.WORKING_DAYS)


def moment(text: str) -> datetime:
    """A moment written as in a `Row`; nine in the morning where no time is given."""
    day, _, clock = text.partition(" ")
    full = day if len(day) == 10 else f"2026-{day}"
    at = time.fromisoformat(clock) if clock else time(9)
    return datetime.combine(date.fromisoformat(full), at, CHINA)


def accept_facts(day: date, of: ServiceItem = LICENCE, calendar: WorkCalendar = PUBLISHED) -> dict[str, Any]:
    """The facts of an acceptance on a day, with the due dates of the item."""
    limits = {"statutory_due": of.statutory_limit, "promised_due": of.promised_limit}
    dues = {name: due_fact(day, limit, calendar) for name, limit in limits.items() if limit is not None}
    return {**dues, "document_number": "游仙政务受〔2026〕010001号"}


def log_of(*rows: Row, of: ServiceItem = LICENCE, received: Sequence[str] = ()) -> tuple[LoggedAct, ...]:
    """The log of these rows; `received` names for the first of them when the hub received each."""
    acts = []
    for number, (move, post, text, *more) in enumerate(rows):
        at = moment(text)
        facts = {**_usual(move, at.date(), of), **(more[0] if more else {})}
        arrived = moment(received[number]) if number < len(received) and received[number] else None
        acts.append(LoggedAct(event("case-1", move, hand(post), facts, at), arrived))
    return tuple(acts)


def _usual(move: str, day: date, of: ServiceItem) -> dict[str, Any]:
    batches = {
        "hand_over": (TOWNSHIP, VILLAGE),
        "forward": (WINDOW, TOWNSHIP),
        "send_result": (TOWNSHIP, WINDOW),
    }
    if move == "receive":
        return receipt_facts(of.code, day=day)
    if move == "accept":
        return accept_facts(day, of)
    if move in batches:
        return batch_facts(*batches[move])
    extra = {
        "issue_result": {"to_desk": WINDOW, "result_name": "许可证"},
        "assign": {"to_desk": DEPARTMENT},
        "send_back": {"to_desk": VILLAGE, "reason": "页数不符"},
        "start_special": {
            "procedure": "testing",
            "reason": "须检测",
            "expected_days": 5,
            "document_number": "游仙民特〔2026〕010001号",
        },
        "extend": {
            "days": 5,
            "reason": "情况复杂",
            "approved_by": "局长",
            "document_number": "游仙民延〔2026〕010001号",
        },
        "request_supplement": {
            **FACTS["request_supplement"],
            "deadline": (day + timedelta(days=10)).isoformat(),
        },
        "serve": {**FACTS["serve"], "served_on": day.isoformat()},
    }
    return dict(extra.get(move, FACTS.get(move, {})))


def clocks_at(log: Sequence[LoggedAct], now: str, of: ServiceItem = LICENCE, **more: Any) -> CaseClocks:
    """The clocks of a log at a moment."""
    return clocks_of(log, of, ORGANISATION, more.get("calendar", PUBLISHED), moment(now), _policy(more))


def found_at(
    log: Sequence[LoggedAct], now: str, of: ServiceItem = LICENCE, **more: Any
) -> tuple[Finding, ...]:
    """The findings of a log at a moment."""
    return findings(log, of, ORGANISATION, more.get("calendar", PUBLISHED), moment(now), _policy(more))


def named(clocks: Sequence[Clock], name: str) -> list[Clock]:
    """The clocks of one name."""
    return [clock for clock in clocks if clock.face.name == name]


def _policy(more: dict[str, Any]) -> SupervisionPolicy:
    policy = more.get("policy", DEFAULT_POLICY)
    assert isinstance(policy, SupervisionPolicy)
    return policy


TO_WINDOW: tuple[Row, ...] = (
    ("receive", "agent", "03-02"),
    ("hand_over", "agent", "03-03"),
    ("sign_for", "clerk", "03-04"),
    ("examine", "clerk", "03-05"),
    ("forward", "clerk", "03-05 15:00"),
    ("sign_for", "window", "03-06"),
    ("register", "window", "03-06 10:00"),
)
"""From the village to the county's window in the first week of March 2026; the 2nd is a Monday."""

ACCEPTED: tuple[Row, ...] = (*TO_WINDOW, ("accept", "window", "03-09"), ("assign", "window", "03-09 10:00"))
"""Accepted on Monday 9 March: ten working days end on 23 March, twenty on 7 April (清明 is a holiday)."""
