"""What the clocks of one case are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.clock import Counting
from stationapp.domain.events import CaseEvent
from stationapp.domain.excluded_periods import ExcludedPeriod, excluded_periods
from stationapp.domain.logged_acts import LoggedAct, PlacedAct, china_day, placed
from stationapp.domain.organisation import Level, Organisation
from stationapp.domain.supervision_policy import SupervisionPolicy


@dataclass(frozen=True, slots=True)
class Reading:
    """A case's acts in order with what they exclude, the item's version, and by what is counted up to when."""

    trail: tuple[PlacedAct, ...]
    item: ServiceItem
    organisation: Organisation
    counting: Counting
    policy: SupervisionPolicy
    excluded: tuple[ExcludedPeriod, ...]

    @property
    def events(self) -> tuple[CaseEvent, ...]:
        """The events in order."""
        return tuple(row.event for row in self.trail)

    @property
    def moves(self) -> frozenset[str]:
        """Which moves there were."""
        return frozenset(row.move for row in self.trail)

    def level(self, desk_id: str) -> Level | None:
        """The level of a desk, None for one that is not known."""
        desk = self.organisation.desk(desk_id)
        return desk.level if desk is not None else None


def read_log(
    log: Sequence[LoggedAct],
    item: ServiceItem,
    organisation: Organisation,
    calendar: WorkCalendar,
    now: datetime,
    policy: SupervisionPolicy,
) -> Reading:
    """Return what the clocks are read from; `now` needs its offset and counts by the day it is in China."""
    trail = placed(log)
    excluded = excluded_periods(row.event for row in trail)
    return Reading(trail, item, organisation, Counting(calendar, china_day(now)), policy, excluded)
