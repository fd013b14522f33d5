"""Service out of hours (延时服务, 周六, 节假日预约): announced and flagged in figures, no working day for limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case, State
from stationapp.domain.out_of_hours import ExtraSession, received_in, session_of
from stationapp.domain.people import Applicant
from stationapp.services.affairs import open_affair
from stationapp.services.changed import Changed
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, CaseSummary
from stationapp.store.units import ReadUnit

_PAGE = 500


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """A session with the cases received in it."""

    session: ExtraSession
    cases: tuple[CaseSummary, ...]


def announce(workplace: Workplace, facts: Mapping[str, Any]) -> tuple[Case, Changed]:
    """Announce a session of this desk; the asks are those of `open_extra_hours`."""
    applicant = Applicant(workplace.desk.name, "", "")
    return open_affair(workplace, AffairKind.EXTRA_HOURS, AffairKind.EXTRA_HOURS.label, applicant, facts)


def sessions(workplace: Workplace, first: date, last: date) -> list[ExtraSession]:
    """Return the sessions of the desks known here between two days, both included; cancelled ones are none."""
    with workplace.store.read() as unit:
        return _sessions(unit, first, last)


def figures(workplace: Workplace, first: date, last: date) -> list[SessionFigures]:
    """Return the sessions between two days with the cases this desk received in each."""
    with workplace.store.read() as unit:
        found = [one for one in _sessions(unit, first, last) if one.desk_id == workplace.desk.desk_id]
        if not found:
            return []
        lines = list(_received_since(workplace, unit, min(one.day for one in found)))
    zone = workplace.now().tzinfo
    return [
        SessionFigures(
            session,
            tuple(
                line for line in lines if received_in(line.received_at.astimezone(zone), line.origin, session)
            ),
        )
        for session in found
    ]


def _received_since(workplace: Workplace, unit: ReadUnit, day: str) -> Iterator[CaseSummary]:
    """Yield the cases this desk received since a day, the last first, a page at a time."""
    query, last = CaseQuery(origin=workplace.desk.desk_id, sort="received"), None
    zone = workplace.now().tzinfo
    while ids := unit.cases.find(query, _PAGE, last):
        for line in unit.cases.summary(ids):
            if line.received_at.astimezone(zone).date().isoformat() < day:
                return
            yield line
        last = ids[-1]


def _sessions(unit: ReadUnit, first: date, last: date) -> list[ExtraSession]:
    query = CaseQuery(kind=AffairKind.EXTRA_HOURS, states=[State.OPEN_SERVICE, State.CLOSED])
    records = [unit.cases.get(case_id) for case_id in unit.cases.find(query)]
    found = (session_of(record.case) for record in records if record is not None)
    return sorted(one for one in found if first <= date.fromisoformat(one.day) <= last)
