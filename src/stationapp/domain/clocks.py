"""All clocks of one case: the case's own, those of its stages, and those of what it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case_clocks import PROMISED, STATUTORY, case_clocks
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.clock import Clock
from stationapp.domain.clock_reading import Reading, read_log
from stationapp.domain.logged_acts import LoggedAct
from stationapp.domain.organisation import Organisation
from stationapp.domain.stage_clocks import stage_clocks
from stationapp.domain.supervision_policy import DEFAULT_POLICY, SupervisionPolicy
from stationapp.domain.time_limits import DueDate, Limit, LimitUnit, due_date
from stationapp.domain.waiting_clocks import waiting_clocks


@dataclass(frozen=True, slots=True)
class CaseClocks:
    """The clocks of a case: statutory and promised side by side, then its stages and what it waits for."""

    case_id: str
    of_case: tuple[Clock, ...]
    stages: tuple[Clock, ...]
    waits: tuple[Clock, ...]

    @property
    def statutory(self) -> Clock | None:
        """The clock of the statutory limit."""
        return self._named(STATUTORY)

    @property
    def promised(self) -> Clock | None:
        """The clock of the promised limit."""
        return self._named(PROMISED)

    @property
    def leading(self) -> Clock | None:
        """The clock the case is worked towards: the promised one, else the statutory one."""
        return self.promised or self.statutory

    @property
    def every(self) -> tuple[Clock, ...]:
        """All of them."""
        return (*self.of_case, *self.stages, *self.waits)

    def _named(self, name: str) -> Clock | None:
        return next((clock for clock in self.of_case if clock.face.name == name), None)


@dataclass(frozen=True, slots=True)
class DueMoved:
    """A due day that another calendar moved or made certain; the old value is kept beside the new one."""

    title: str
    subject: str
    was: DueDate
    now: DueDate

    @property
    def text(self) -> str:
        """What a person is told."""
        if self.was.day == self.now.day:
            return f"{self.title}{self.now.day}已按公布的放假安排确定。"
        note = "（仍为暂定）" if self.now.provisional else ""
        return f"{self.title}按公布的放假安排重新计算，由{self.was.day}改为{self.now.day}{note}。"


def clocks_of(
    log: Sequence[LoggedAct],
    item: ServiceItem,
    organisation: Organisation,
    calendar: WorkCalendar,
    now: datetime,
    policy: SupervisionPolicy = DEFAULT_POLICY,
) -> CaseClocks:
    """Return all clocks of a case at a moment: the same log, item, calendar and policy give the same anywhere."""
    return clocks_in(read_log(log, item, organisation, calendar, now, policy))


def clocks_in(reading: Reading) -> CaseClocks:
    """Return the clocks of a log that has been read."""
    case_id = reading.trail[0].event.case_id if reading.trail else ""
    return CaseClocks(case_id, case_clocks(reading), stage_clocks(reading), waiting_clocks(reading))


def moved_dues(before: CaseClocks, after: CaseClocks) -> tuple[DueMoved, ...]:
    """Return the due days that differ between two readings of one log by different calendars, for running clocks."""
    earlier = {clock.key: clock.due for clock in before.every}
    moved = []
    for clock in after.every:
        was, now = earlier.get(clock.key), clock.due
        if was is None or now is None or clock.run.stopped_on is not None:
            continue
        if (was.day, was.provisional) != (now.day, now.provisional):
            moved.append(DueMoved(clock.face.title, clock.face.subject, was, now))
    return tuple(moved)


def second_working_day_after(due: date, calendar: WorkCalendar) -> DueDate:
    """Return the second working day after a due day, on which a default may be stated (超时默认, domain 2.4)."""
    return due_date(due, Limit(2, LimitUnit.WORKING_DAYS), calendar)
