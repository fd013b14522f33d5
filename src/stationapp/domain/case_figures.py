"""What the figures need to know of one case, and nothing that names a citizen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import CASE, Case
from stationapp.domain.case_course import Leg, LegKind, Step, acting_desk, closing_event, course_of, legs_of
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.due_dates import acceptance_of, current_due, leading_due, limits_start
from stationapp.domain.events import CaseEvent
from stationapp.domain.exchange_codes import closing_code, decision_of
from stationapp.domain.excluded_periods import ExclusionKind, excluded_periods, periods_of
from stationapp.domain.organisation import Desk, Level, Organisation
from stationapp.domain.time_limits import Limit, LimitUnit, Period, due_date, working_days_between

_IN_PERSON = frozenset({"in_person", "household"})
_VISITS = frozenset({"note_missing", "receive", "supply"})


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """One case as numbers. Desk ids are empty where the case never got so far.

    `used_days`, `statutory_days` and `promised_days` are working days from acceptance; `days_certain` is false where
    no published calendar covers them. `visits` counts the applicant's ways to a desk, `visits_away` those beyond a
    village's own service room. `clock_doubtful` says that some event happened before the one ahead of it.
    """

    case_id: str
    item_code: str
    item_name: str
    item_type: str
    handling: str
    station: str
    township: str
    window: str
    department: str
    agent: str
    received_on: date
    accepted_on: date | None
    decided_on: date | None
    closed_on: date | None
    closing: str
    outcome: str
    statutory_days: int | None
    promised_days: int | None
    used_days: int | None
    days_certain: bool
    on_time: bool | None
    paused: bool
    satisfaction: int
    rated_on: date | None
    visits: int
    visits_away: int
    supplements: int
    sent_back: int
    by_default: bool
    legs: tuple[Leg, ...]
    clock_doubtful: bool

    def seconds(self, kind: LegKind) -> int:
        """Return how long the case was in legs of a kind."""
        return sum(leg.seconds for leg in self.legs if leg.kind is kind)


@dataclass(frozen=True, slots=True)
class Sight:
    """Under which documents the cases are looked at."""

    organisation: Organisation
    calendar: WorkCalendar


def figures_of(events: Iterable[CaseEvent], item: ServiceItem | None, sight: Sight) -> CaseFigures | None:
    """Return the figures of a case; None for a log that opens none, and for the services around cases."""
    steps = course_of(events)
    if not steps or steps[-1].after.kind != CASE:
        return None
    case, opened = steps[-1].after, steps[0].event
    accepted, decided, closed = _acceptance(steps), decision_of(case), closing_event(steps)
    count, visits = _days(steps, accepted, decided, item, sight), _visits(steps)
    station = sight.organisation.desk(case.origin)
    return CaseFigures(
        case_id=case.case_id,
        item_code=case.application.item_code,
        item_name=case.application.item_name,
        item_type=item.item_type if item else "",
        handling=str(item.handling) if item else "",
        station=case.origin,
        township=_township(station, case.origin),
        window=acting_desk(steps, accepted) if accepted else "",
        department=decided.hand.desk_id if decided else "",
        agent=opened.hand.person_id,
        received_on=opened.at.date(),
        accepted_on=_accepted_on(steps, accepted),
        decided_on=decided.at.date() if decided else None,
        closed_on=closed.at.date() if closed else None,
        closing=closing_code(case),
        outcome=decided.move if decided else str(case.closed_as or ""),
        statutory_days=count.statutory,
        promised_days=count.promised,
        used_days=count.used,
        days_certain=count.certain,
        on_time=_on_time(steps, decided, sight.calendar),
        paused=_is_paused(steps),
        satisfaction=_satisfaction(case),
        rated_on=_day(case.when("rate")),
        visits=len(visits),
        visits_away=sum(_is_away(desk, sight.organisation) for _, desk in visits),
        supplements=sum(step.event.move == "request_supplement" for step in steps),
        sent_back=sum(step.event.move in {"send_back", "decline_handover"} for step in steps),
        by_default=any(step.event.move in {"deem_accepted", "default_decision"} for step in steps),
        legs=legs_of(steps),
        clock_doubtful=any(later.event.at < sooner.event.at for sooner, later in pairwise(steps)),
    )


def _acceptance(steps: Sequence[Step]) -> CaseEvent | None:
    """Return the event from which the limits run; what a village handles on the spot has no other."""
    case = steps[-1].after
    return acceptance_of(case) or case.last.get("handle_directly")


def _accepted_on(steps: Sequence[Step], accepted: CaseEvent | None) -> date | None:
    """Return the day of acceptance; what is handled on the spot is accepted by being received."""
    if accepted is None:
        return None
    return steps[0].event.at.date() if accepted.move == "handle_directly" else limits_start(accepted)


@dataclass(frozen=True, slots=True)
class _Days:
    statutory: int | None = None
    promised: int | None = None
    used: int | None = None
    certain: bool = True


def _days(
    steps: Sequence[Step],
    accepted: CaseEvent | None,
    decided: CaseEvent | None,
    item: ServiceItem | None,
    sight: Sight,
) -> _Days:
    start = _accepted_on(steps, accepted)
    if accepted is None or start is None:
        return _Days()
    statutory = _limit_days(accepted, "statutory_due", start, item.statutory_limit if item else None, sight)
    promised = _limit_days(accepted, "promised_due", start, item.promised_limit if item else None, sight)
    if decided is None:
        return _Days(statutory, promised)
    used = working_days_between(start, decided.at.date(), sight.calendar, _left_out(steps))
    return _Days(statutory, promised, max(used.days, 0), used.certain)


def _limit_days(accepted: CaseEvent, name: str, start: date, limit: Limit | None, sight: Sight) -> int | None:
    """Return a limit in working days: as the acceptance states it, else as the item does."""
    fact: Any = accepted.facts.get(name)
    if isinstance(fact, Mapping):
        if fact.get("unit") == LimitUnit.WORKING_DAYS and isinstance(fact.get("value"), int):
            return int(fact["value"])
        return working_days_between(start, date.fromisoformat(str(fact["day"])), sight.calendar).days
    if limit is None or limit.unit is LimitUnit.WORKING_DAYS:
        return limit.value if limit else None
    last = due_date(start, limit, sight.calendar).day
    return working_days_between(start, last, sight.calendar).days


def _left_out(steps: Sequence[Step]) -> tuple[Period, ...]:
    """Return the days no limit counts: of publicity, special procedures and supplements that have ended."""
    found = excluded_periods(step.event for step in steps)
    return periods_of(row for row in found if row.last is not None)


def _is_paused(steps: Sequence[Step]) -> bool:
    kinds = {row.kind for row in excluded_periods(step.event for step in steps)}
    extended = any(step.event.move == "extend" for step in steps)
    return extended or bool(kinds - {ExclusionKind.SUPPLEMENT})


def _on_time(steps: Sequence[Step], decided: CaseEvent | None, calendar: WorkCalendar) -> bool | None:
    case = steps[-1].after
    name = leading_due(case)
    due = current_due(case, name, calendar) if name else None
    if decided is None or due is None:
        # What is done on the spot has no due day, and is done in time by being done.
        return True if decided is not None and decided.move == "handle_directly" else None
    return decided.at.date() <= due.day


def _satisfaction(case: Case) -> int:
    value = str(case.fact("rate", "satisfaction"))
    return int(value) if value in {"1", "2", "3", "4", "5"} else 0


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _visits(steps: Sequence[Step]) -> frozenset[tuple[date, str]]:
    """Return (day, desk) of each of the applicant's visits; several acts of one day at one desk are one visit."""
    return frozenset(
        (step.event.at.date(), step.event.hand.desk_id) for step in steps if _is_visit(step.event)
    )


def _is_visit(event: CaseEvent) -> bool:
    if event.move == "serve":
        return event.facts.get("manner") in _IN_PERSON
    return event.move in _VISITS


def _is_away(desk_id: str, organisation: Organisation) -> bool:
    desk = organisation.desk(desk_id)
    return desk is None or desk.level is not Level.VILLAGE


def _township(station: Desk | None, origin: str) -> str:
    if station is None:
        return origin
    return station.parent if station.level is Level.VILLAGE else station.desk_id
