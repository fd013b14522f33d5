"""Whether everything that should be handled at the stations is: 应进必进 and the minimum set (底限性事项).

SEED 001 wants every item but secret ones in the hall, SEED 000 a minimum of items in every county.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stationapp.domain.catalogue import Catalogue, ServiceItem, why_not_open
from stationapp.domain.organisation import DeskKind, Level, Organisation

_DOWNWARDS = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One item on a day: where it is decided, at which levels people may hand it in, and what keeps it out."""

    code: str
    name: str
    department_name: str
    decides_at: Level
    received_at: tuple[Level, ...]
    minimum_set: bool
    reasons: tuple[str, ...]

    @property
    def is_in_service(self) -> bool:
        """Somebody can hand it in somewhere."""
        return not self.reasons and bool(self.received_at)


@dataclass(frozen=True, slots=True)
class Coverage:
    """All items on a day; `lacking` names what the minimum set asks for and the catalogue does not know."""

    day: date
    rows: tuple[CoverageRow, ...]
    lacking: tuple[str, ...] = ()

    @property
    def outside(self) -> tuple[CoverageRow, ...]:
        """应进未进: on record, not in service."""
        return tuple(row for row in self.rows if not row.is_in_service)

    @property
    def minimum_outside(self) -> tuple[CoverageRow, ...]:
        """Items of the minimum set that are not in service."""
        return tuple(row for row in self.outside if row.minimum_set)

    def count(self, level: Level) -> int:
        """How many items people can hand in at a level."""
        return sum(row.is_in_service and level in row.received_at for row in self.rows)


def received_at(item: ServiceItem, levels: Iterable[Level]) -> tuple[Level, ...]:
    """Return the levels at which people may hand an item in, the highest first.

    Nothing is handed in above the level that decides it; who must appear in person goes there himself.
    """
    there = set(levels)
    below = _DOWNWARDS[_DOWNWARDS.index(item.decides_at) :]
    wanted = below[:1] if item.applicant_must_appear else below
    return tuple(level for level in wanted if level in there)


def coverage(
    catalogue: Catalogue, organisation: Organisation, day: date, required: Iterable[str] = ()
) -> Coverage:
    """Return what is in service on a day.

    `required` are codes or names of a minimum set that the catalogue does not mark itself. A closed window of
    receipt is no fault: the item is in service, in its season.
    """
    levels = {desk.level for desk in organisation.desks if desk.kind is DeskKind.STATION}
    wanted = set(required)
    rows = tuple(_row(item, levels, wanted, day) for item in catalogue.current(day))
    known = {text for row in rows for text in (row.code, row.name)}
    return Coverage(day, rows, tuple(sorted(wanted - known)))


def _row(item: ServiceItem, levels: set[Level], wanted: set[str], day: date) -> CoverageRow:
    reasons = [one.text for one in why_not_open(item, day) if one.code != "window-closed"]
    return CoverageRow(
        item.code,
        item.name,
        item.department_name,
        item.decides_at,
        received_at(item, levels),
        item.minimum_set or bool({item.code, item.name} & wanted),
        tuple(reasons),
    )
