"""The table by which cases find their way: item and division give the competent desk (虚拟大厅, 自动分发: SEED 004).

It is a pure function of the published organisation, so a station can look at it, and the county check it, without
a network.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.organisation import DeskKind, Level, Organisation
from stationapp.domain.routing import competent_desk, next_towards


@dataclass(frozen=True, slots=True)
class Route:
    """Where cases of an item from a division go when they are received at a desk.

    `desk_id` accepts, empty where nobody serves the division; `department` then reviews and decides, empty below the
    county; `way` are the desks in turn from the one after the receiving one to the accepting one.
    """

    item_code: str
    division: str
    received_at: str
    desk_id: str
    department: str
    way: tuple[str, ...]

    @property
    def is_served(self) -> bool:
        """Somebody accepts it, and it can get there."""
        return bool(self.desk_id) and (self.received_at == self.desk_id or self.way[-1:] == (self.desk_id,))


def divisions_served(organisation: Organisation) -> tuple[str, ...]:
    """Return the 12-digit divisions that stations serve, each once, in order."""
    stations = [desk for desk in organisation.desks if desk.kind is DeskKind.STATION]
    return tuple(sorted({code for desk in stations for code in (desk.division, *desk.serves)}))


def route(organisation: Organisation, item: ServiceItem, division: str, received_at: str) -> Route:
    """Return the way of a case of an item whose competent authority is that of a division."""
    desk = competent_desk(organisation, item, division, received_at)
    there = desk.desk_id if desk is not None else ""
    return Route(
        item.code,
        division,
        received_at,
        there,
        _department(organisation, item),
        _way(organisation, received_at, there),
    )


def routing_table(
    organisation: Organisation, items: Iterable[ServiceItem], received_at: str = ""
) -> tuple[Route, ...]:
    """Return a row for each item and each division served, in the order of the items.

    Received at one desk when it is named, else at the station that serves the division.
    """
    divisions = divisions_served(organisation)
    return tuple(
        route(organisation, item, division, received_at or _own_station(organisation, division))
        for item in items
        for division in divisions
    )


def _own_station(organisation: Organisation, division: str) -> str:
    desk = organisation.station_of(division)
    return desk.desk_id if desk is not None else ""


def _department(organisation: Organisation, item: ServiceItem) -> str:
    desk = organisation.department_desk(item.department) if item.decides_at is Level.COUNTY else None
    return desk.desk_id if desk is not None else ""


def _way(organisation: Organisation, here: str, there: str) -> tuple[str, ...]:
    """The desks in turn; a tree of desks is never deeper than the number of its desks."""
    way: list[str] = []
    while there and here and here != there and len(way) <= len(organisation.desks):
        here = next_towards(organisation, here, there)
        way.append(here)
    return tuple(way)
