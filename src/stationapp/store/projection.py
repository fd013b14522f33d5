"""What the log of one case comes to: pure derivation, so that a rebuilt projection is equal to the stored one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.affair_reading import affair_due
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import CASE, Case, Effect, evolve, open_case
from stationapp.domain.case_flow import TABLE
from stationapp.domain.case_marks import marks_of
from stationapp.domain.complaint_limits import awaits_rectification, rectification_due
from stationapp.domain.due_dates import current_due, leading_due, may_move
from stationapp.domain.events import CaseEvent
from stationapp.store.records.events import EventStatus
from stationapp.store.search_text import searchable

CalendarInForce = Callable[[], WorkCalendar | None]
"""Reads the calendar in force, None where none has arrived; asked only for a date that may move with it."""

_OPEN = frozenset({EventStatus.PENDING, EventStatus.HELD})
_OUTCOMES = {
    "sign_for": "signed",
    "sign_for_result": "signed",
    "decline_handover": "declined",
    "recall": "recalled",
}


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with what the projection must know of its row; times are microseconds since 1970 UTC.

    `revision` is 0 for an event that never had a place in the hub's order.
    """

    event: CaseEvent
    status: EventStatus
    own: bool
    seq: int
    revision: int
    at: int
    received_at: int | None
    settled: bool

    @property
    def is_open(self) -> bool:
        """An own event the hub has not confirmed."""
        return self.own and self.status in _OPEN

    @property
    def needs_person(self) -> bool:
        """A refusal nobody has dealt with."""
        return self.own and self.status is EventStatus.REFUSED and not self.settled

    @property
    def updated_at(self) -> int:
        """When it happened by its author's clock, but never later than the hub had it: a clock may run ahead."""
        return self.at if self.received_at is None else min(self.at, self.received_at)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case folded from its log. `told` are the events it was folded from, in order."""

    case: Case
    told: tuple[LoggedEvent, ...]
    opening_refused: bool
    unknown_moves: int


@dataclass(frozen=True, slots=True)
class Projected:
    """The derived rows of one case: column values of its line, and of its places in batches by id."""

    line: Mapping[str, Any]
    batches: list[dict[str, Any]]


def in_order(log: Sequence[LoggedEvent]) -> list[LoggedEvent]:
    """Return the confirmed events in the hub's order, then the own unconfirmed ones in the device's order.

    An own event that a restored hub lost stands where it stood before.
    """
    placed = [row for row in log if row.status is EventStatus.CONFIRMED or (row.is_open and row.revision)]
    mine = [row for row in log if row.is_open and not row.revision]
    return sorted(placed, key=lambda row: row.revision) + sorted(mine, key=lambda row: row.seq)


def fold_log(log: Sequence[LoggedEvent]) -> Standing | None:
    """Return where the case stands, or None when no event known here opens it.

    When the hub refused the very event that opened the case, that one is told all the same: a receipt was
    printed, and whoever comes with it must be found.
    """
    told = in_order(log)
    if not _opens(told):
        mine = sorted((row for row in log if row.own), key=lambda row: row.seq)
        opening = next((row for row in mine if _opens([row])), None)
        if opening is None:
            return None
        told = [opening, *(row for row in told if row is not opening)]
    opening_refused = told[0].status is EventStatus.REFUSED
    case = open_case(told[0].event, _effect(told[0].event))
    for row in told[1:]:
        case = evolve(case, row.event, _effect(row.event))
    unknown = sum(row.event.move not in TABLE for row in told)
    return Standing(case, tuple(told), opening_refused, unknown)


def project(
    standing: Standing, log: Sequence[LoggedEvent], taken_back: bool, calendar: CalendarInForce
) -> Projected:
    """Return the derived rows of a case that is shown."""
    case, applicant = standing.case, standing.case.application.applicant
    batches = _batches(standing)
    found_by = searchable(case, _documents(log), [str(row["batch_number"]) for row in batches])
    pending = sum(row.is_open for row in log)
    refused = sum(row.needs_person for row in log)
    held = any(row.is_open and row.status is EventStatus.HELD for row in log)
    line = {
        "case_id": case.case_id,
        "receipt_number": case.receipt_number,
        "case_number": case.case_number,
        "item_code": case.application.item_code,
        "item_name": case.application.item_name,
        "applicant_name": applicant.name,
        "document_kind": applicant.document_kind,
        "document_number": applicant.document_number,
        "sex": applicant.sex,
        "birth_date": applicant.birth_date,
        "phone": applicant.phone,
        "address": applicant.address,
        "state": str(case.state),
        "holder": "" if standing.opening_refused else case.holder,
        "addressed_to": "" if standing.opening_refused else case.addressed_to,
        "origin": case.origin,
        "received_at": _received_at(standing),
        **(_due(standing, calendar) if case.kind == CASE else _affair_due(case, calendar)),
        "updated_at": max(row.updated_at for row in standing.told),
        "pending": pending,
        "refused": refused,
        "confirmed_revision": confirmed_revision(log),
        "batch_number": str(batches[-1]["batch_number"]) if batches else "",
        "opening_refused": standing.opening_refused,
        "taken_back": taken_back,
        "unknown_moves": standing.unknown_moves,
        "attention": bool(refused or held or taken_back or standing.unknown_moves),
        "search_text": found_by.text,
        "search_numbers": found_by.numbers,
        **_kind_and_marks(case),
    }
    line |= _rectification(case, calendar)
    return Projected(line, _last_of_each(batches))


def spaced(marks: Iterable[str]) -> str:
    """Return marks as a line keeps them, each with a blank on both sides; nothing for none."""
    text = " ".join(marks)
    return f" {text} " if text else ""


def confirmed_revision(log: Sequence[LoggedEvent]) -> int:
    """Return the highest confirmed revision, 0 for none."""
    return max((row.revision for row in log if row.status is EventStatus.CONFIRMED), default=0)


def _opens(told: Sequence[LoggedEvent]) -> bool:
    return bool(told) and told[0].event.move in TABLE and TABLE[told[0].event.move].opens


def _effect(event: CaseEvent) -> Effect:
    move = TABLE.get(event.move)
    return move.effect if move else Effect()


def _received_at(standing: Standing) -> int:
    received = next((row for row in standing.told if row.event.move == "receive"), standing.told[0])
    return received.at


def _due(standing: Standing, calendar: CalendarInForce) -> dict[str, Any]:
    case = standing.case
    name = leading_due(case)
    moves = may_move(case, name)
    due = current_due(case, name, calendar() if moves else None)
    return {
        "due_day": due.day.isoformat() if due else None,
        "due_provisional": due.provisional if due else False,
        "due_calendar": due.calendar_version if due and moves else None,
    }


def _affair_due(case: Case, calendar: CalendarInForce) -> dict[str, Any]:
    counted = calendar() if case.kind == AffairKind.COMPLAINT and not case.state.is_final else None
    due = affair_due(case, counted)
    return {
        "due_day": due.day.isoformat() if due else None,
        "due_provisional": due.provisional if due else False,
        "due_calendar": due.calendar_version if due and counted else None,
    }


def _kind_and_marks(case: Case) -> dict[str, Any]:
    return {
        "kind": case.kind,
        "priority": case.when("prioritise") is not None and not case.state.is_final,
        "rectify_by": None,
        "marks": spaced(marks_of(case)),
    }


def _rectification(case: Case, calendar: CalendarInForce) -> dict[str, Any]:
    """By when a bad rating is rectified; counted anew with every calendar while it waits."""
    counted = calendar() if awaits_rectification(case) else None
    due = rectification_due(case, counted) if counted is not None else None
    if due is None:
        return {}
    return {"rectify_by": due.day.isoformat(), "due_calendar": due.calendar_version}


def _documents(log: Sequence[LoggedEvent]) -> list[str]:
    """Numbers of papers; one whose act the hub refused may have been printed, and somebody may come with it."""
    numbers = (row.event.facts.get("document_number") for row in log)
    return sorted({number for number in numbers if isinstance(number, str)})


def _batches(standing: Standing) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for row in standing.told:
        event = row.event
        if event.move in TABLE and TABLE[event.move].batched and event.facts.get("batch_id"):
            rows.append(_sent(row))
        elif rows and rows[-1]["outcome"] == "sent":
            rows[-1]["outcome"] = _OUTCOMES.get(event.move, "sent")
    return rows


def _sent(row: LoggedEvent) -> dict[str, Any]:
    facts = row.event.facts
    return {
        "batch_id": str(facts["batch_id"]),
        "batch_number": str(facts.get("batch_number", "")),
        "from_desk": row.event.hand.desk_id,
        "to_desk": str(facts.get("to_desk", "")),
        "sent_at": row.at,
        "declared": int(facts.get("batch_size", 0)),
        "outcome": "sent",
    }


def _last_of_each(batches: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A case recalled from a batch and sent with the same one again stands in it once; in the order of ids."""
    last = {row["batch_id"]: row for row in batches}
    return [last[batch_id] for batch_id in sorted(last)]
