"""Station status for the whole county (离岗告示, 领导带班: SEED 000, 001), from what stations told."""

from __future__ import annotations

from dataclasses import dataclass

from countyhub.attendance import repository
from countyhub.hub import Hub
from countyhub.references.service import Law
from stationapp.domain.case import Case, State
from stationapp.domain.standing_in import Absence, absence_of


@dataclass(frozen=True, slots=True)
class Duty:
    """Who leads and who works at a desk on this day."""

    desk: str
    leader: str
    staff: str
    hours: str
    phone: str


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who is away now with who stands in, and who is on duty today, each under the name of the desk."""

    away: tuple[tuple[str, Absence], ...]
    on_duty: tuple[Duty, ...]


def attendance(hub: Hub) -> Attendance:
    """Return who is away and who is on duty, by desk."""
    with hub.database.read() as connection:
        organisation = Law(connection, hub).current_organisation
        cases = repository.standing(connection, (State.ABSENT, State.ON_DUTY))
    names = {desk.desk_id: desk.name for desk in organisation.desks}
    now, today = hub.now(), hub.now().date().isoformat()
    absences = (absence_of(case, organisation) for case in cases)
    away = [(names.get(one.desk_id, one.desk_id), one) for one in absences if one and one.has_begun(now)]
    duties = [_duty(case, names) for case in cases if case.fact("open_duty", "day") == today]
    return Attendance(
        tuple(sorted(away, key=lambda row: (row[1].desk_id, row[1].begins))),
        tuple(sorted(duties, key=lambda duty: duty.desk)),
    )


def _duty(case: Case, names: dict[str, str]) -> Duty:
    facts = {name: str(case.fact("open_duty", name) or "") for name in ("leader", "staff", "phone")}
    hours = f"{case.fact('open_duty', 'from_at')}–{case.fact('open_duty', 'until_at')}"
    return Duty(desk=names.get(case.holder, case.holder), hours=hours, **facts)
