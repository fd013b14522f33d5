"""需处理: acts the hub refused. Nothing is deleted; a person looks at each and says how it was dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stationapp.domain.case_flow import TABLE
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.changed import Changed, Kind
from stationapp.services.workplace import Workplace
from stationapp.store.records import StoredEvent
from stationapp.store.units import ReadUnit


@dataclass(frozen=True, slots=True)
class Trouble:
    """A refused act: which case, what was done when, and why the hub said no."""

    event_id: str
    case_id: str
    receipt_number: str
    title: str
    reasons: tuple[Reason, ...]
    at: datetime


def troubles(workplace: Workplace) -> list[Trouble]:
    """Return the refused acts nobody has dealt with yet, oldest first."""
    with workplace.store.read() as unit:
        return [_trouble(unit, stored) for stored in unsettled(unit)]


def unsettled(unit: ReadUnit) -> list[StoredEvent]:
    """Return the refused acts that still wait for a person, oldest first."""
    return [stored for stored in unit.events.refused() if stored.settled_at is None]


def settle(workplace: Workplace, event_id: str, note: str) -> Changed:
    """Record how a refused act was dealt with; raises Refused without a note. The act stays on record."""
    if not note.strip():
        raise Refused(Reason("no-note", "请写明如何处理。", "note"))
    with workplace.store.write() as unit:
        if not any(stored.event.event_id == event_id for stored in unsettled(unit)):
            raise Refused(Reason("no-trouble", "这项操作已经处理过，或者没有被退回。"))
        unit.events.settle_refused(event_id, note.strip(), workplace.person.person_id, workplace.now())
    return Changed.of(Kind.CASES, Kind.OUTBOX)


def _trouble(unit: ReadUnit, stored: StoredEvent) -> Trouble:
    event = stored.event
    record = unit.cases.get(event.case_id)
    number = record.case.receipt_number if record else str(event.facts.get("receipt_number", ""))
    row = TABLE.get(event.move)
    return Trouble(
        event.event_id, event.case_id, number, row.title if row else event.move, stored.reasons, event.at
    )
