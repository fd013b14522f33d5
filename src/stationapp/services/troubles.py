"""需处理: acts the hub refused. Nothing is deleted; a person looks at each and says how it was dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stationapp.domain.case import evolve, open_case
from stationapp.domain.case_flow import EFFECTS, TABLE, judge
from stationapp.domain.crossings import remedy
from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.access import may_see
from stationapp.services.case_details import step
from stationapp.services.changed import Changed, Kind
from stationapp.services.workplace import Workplace
from stationapp.store.records import EventStatus, StoredEvent
from stationapp.store.units import ReadUnit


@dataclass(frozen=True, slots=True)
class Trouble:
    """A refused act: which case, what was done when, and why the hub said no.

    `meanwhile` says which act had come before it, empty where none had; `remedy` what to do about papers it made.
    """

    event_id: str
    case_id: str
    receipt_number: str
    title: str
    reasons: tuple[Reason, ...]
    at: datetime
    meanwhile: str = ""
    remedy: str = ""


def troubles(workplace: Workplace) -> list[Trouble]:
    """Return the refused acts nobody has dealt with yet, oldest first."""
    with workplace.store.read() as unit:
        return [_trouble(workplace, unit, stored) for stored in unsettled(workplace, unit)]


def unsettled(workplace: Workplace, unit: ReadUnit) -> list[StoredEvent]:
    """Return the refused acts that still wait for this person, oldest first; not those on what he may not see."""
    waiting = (stored for stored in unit.events.refused() if stored.settled_at is None)
    return [stored for stored in waiting if _may_see(workplace, unit, stored)]


def _may_see(workplace: Workplace, unit: ReadUnit, stored: StoredEvent) -> bool:
    record = unit.cases.get(stored.event.case_id)
    return record is None or may_see(workplace, record.case)


def settle(workplace: Workplace, event_id: str, note: str) -> Changed:
    """Record how a refused act was dealt with; raises Refused without a note. The act stays on record."""
    if not note.strip():
        raise Refused(Reason("no-note", "请写明如何处理。", "note"))
    with workplace.store.write() as unit:
        if not any(stored.event.event_id == event_id for stored in unsettled(workplace, unit)):
            raise Refused(Reason("no-trouble", "这项操作已经处理过，或者没有被退回。"))
        unit.events.settle_refused(event_id, note.strip(), workplace.person.person_id, workplace.now())
    return Changed.of(Kind.CASES, Kind.OUTBOX)


def _trouble(workplace: Workplace, unit: ReadUnit, stored: StoredEvent) -> Trouble:
    event = stored.event
    record = unit.cases.get(event.case_id)
    number = record.case.receipt_number if record else str(event.facts.get("receipt_number", ""))
    row = TABLE.get(event.move)
    return Trouble(
        event.event_id,
        event.case_id,
        number,
        row.title if row else event.move,
        stored.reasons,
        event.at,
        _meanwhile(workplace, unit, stored),
        remedy(event.move),
    )


def _meanwhile(workplace: Workplace, unit: ReadUnit, refused: StoredEvent) -> str:
    """The act that came first: the confirmed one since which this one cannot be made any more."""
    came_first = _since_when(workplace, unit.events.of_case(refused.event.case_id), refused.event)
    if came_first is None:
        return ""
    line = step(workplace.organisation, came_first)
    who = line.desk if line.person in line.desk else f"{line.desk}{line.person}"
    return f"在此之前，{who}已于{line.at:%m月%d日%H:%M}办理“{line.title}”。"


def _since_when(workplace: Workplace, stored: list[StoredEvent], event: CaseEvent) -> StoredEvent | None:
    found, case, was_possible = None, None, False
    for row in stored:
        if row.status is not EventStatus.CONFIRMED or row.event.move not in EFFECTS:
            continue
        effect = EFFECTS[row.event.move]
        case = open_case(row.event, effect) if case is None else evolve(case, row.event, effect)
        is_possible = not judge(workplace.situation(case), event)
        found = row if was_possible and not is_possible else found
        was_possible = is_possible
    return found
