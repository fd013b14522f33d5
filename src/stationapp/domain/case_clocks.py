"""The two clocks of a case side by side: the statutory limit and the promised one (法定, 承诺).

Both start with the acceptance (行政许可法 art. 42) and stop with the decision. Where silence accepted they start on the
day the materials were received (art. 32(4)); what a village carries out itself starts when it is received.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from stationapp.domain.catalogue import HandlingKind, ServiceItem
from stationapp.domain.clock import Clock, ClockFace, Run, read_clock, read_with_due
from stationapp.domain.clock_reading import Reading
from stationapp.domain.due_dates import (
    ACCEPTANCES,
    acceptance_among,
    extended_by,
    kept_limit,
    limits_start,
    standing_due,
)
from stationapp.domain.due_facts import is_due_fact, stated_due
from stationapp.domain.events import CaseEvent
from stationapp.domain.excluded_periods import ExcludedPeriod, periods_after, periods_of
from stationapp.domain.organisation import Level
from stationapp.domain.time_limits import Limit

STATUTORY, PROMISED = "statutory", "promised"

GRANTING = ("grant", "record_reply_granted", "default_decision")
DECISIONS = frozenset({*GRANTING, "refuse", "record_reply_refused", "handle_directly"})
"""The moves that decide a case and stop its limits."""

ENDINGS = frozenset(
    {
        "withdraw",
        "void",
        "delete_record",
        "close_unsupplied",
        "return_application",
        "decline_acceptance",
        "tell_not_needed",
        "conclude",
        "archive",
    }
)
"""The moves that end a case and with it every clock that still waits."""

_STOPS = DECISIONS | ENDINGS


@dataclass(frozen=True, slots=True)
class Terms:
    """Which limit of an acceptance a clock counts."""

    name: str
    title: str
    fact: str
    statutory: bool
    source: str

    def limit(self, item: ServiceItem) -> Limit | None:
        """The limit the catalogue gives."""
        return item.statutory_limit if self.statutory else item.promised_limit


TERMS = (
    Terms(
        STATUTORY,
        "法定时限",
        "statutory_due",
        statutory=True,
        source="行政许可法第四十二条或事项所依据的规定",
    ),
    Terms(PROMISED, "承诺时限", "promised_due", statutory=False, source="限时办结制、服务承诺制"),
)


def case_clocks(reading: Reading) -> tuple[Clock, ...]:
    """Return the statutory and the promised clock of a case, as far as it has them; none before it is accepted."""
    start = _start(reading)
    if start is None:
        return ()
    found = (_clock(terms, start, reading) for terms in TERMS)
    return tuple(clock for clock in found if clock is not None)


def longest_extension(reading: Reading) -> int:
    """Return by how many days the limits may be extended: the item's own number, else the law's (art. 42)."""
    if reading.item.extension_days is not None:
        return reading.item.extension_days
    is_joint = reading.item.handling is HandlingKind.JOINT
    return reading.policy.joint_extension_days if is_joint else reading.policy.extension_days


def _start(reading: Reading) -> CaseEvent | None:
    """The event limits run from."""
    if reading.item.decides_at is not Level.VILLAGE:
        return acceptance_among(reading.events)
    return next((event for event in reading.events if event.move == "receive"), None)


def _clock(terms: Terms, start: CaseEvent, reading: Reading) -> Clock | None:
    fact = start.facts.get(terms.fact)
    stated = fact if is_due_fact(fact) else None
    limit = (kept_limit(stated) if stated is not None else None) or terms.limit(reading.item)
    if limit is None or (stated is None and start.move in ACCEPTANCES):
        return None
    begun = limits_start(start)
    excluded = periods_after(begun, reading.excluded)
    extension = _extension(begun, limit, excluded, reading)
    face = ClockFace(terms.name, terms.title, limit, terms.statutory, terms.source)
    run = _run(start, begun, reading.events)
    if stated is None:
        return read_clock(face, run, excluded, reading.counting, extension)
    due = standing_due(stated, begun, periods_of(excluded), extension, reading.counting.calendar)
    clock = read_with_due(face, run, excluded, due, reading.counting, extension)
    return replace(clock, was=_was(stated, due.day if due is not None else None))


def _was(stated: Mapping[str, Any], day: date | None) -> date | None:
    before = stated_due(stated)
    return before.day if before.provisional and day is not None and day != before.day else None


def _run(start: CaseEvent, begun: date, events: Sequence[CaseEvent]) -> Run:
    """The first decision or ending after the start stops the clock."""
    after = events[events.index(start) + 1 :]
    stop = next((event for event in after if event.move in _STOPS), None)
    desk = start.hand.desk_id
    if stop is None:
        return Run(desk, begun, start.event_id)
    return Run(desk, begun, start.event_id, stop.at.date(), stop.event_id)


def _extension(begun: date, limit: Limit, excluded: tuple[ExcludedPeriod, ...], reading: Reading) -> int:
    """By how many days the first extension lengthens the limit; none when it came after the limit had run out."""
    event = next((event for event in reading.events if event.move == "extend"), None)
    if event is None:
        return 0
    days = extended_by(event, begun, limit, periods_of(excluded), reading.counting.calendar)
    return min(days, longest_extension(reading))
