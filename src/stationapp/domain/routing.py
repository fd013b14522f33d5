"""Which desk is competent for a case, and the way to it (同城通办, 虚拟大厅: SEED 002 and 004)."""

from __future__ import annotations

from stationapp.domain.case import Case
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.organisation import Desk, DeskKind, Level, Organisation


def competent_desk(organisation: Organisation, item: ServiceItem, division: str, origin: str) -> Desk | None:
    """Return the station that accepts an item for a division, by default the division of the station of origin.

    None where nobody in the county serves that division.
    """
    if item.decides_at is Level.COUNTY:
        return organisation.county_window()
    start = organisation.station_of(division) if division else organisation.desk(origin)
    return _at_level(organisation, start, item.decides_at)


def competent_for(organisation: Organisation, item: ServiceItem, case: Case) -> Desk | None:
    """Return the station that accepts a case."""
    return competent_desk(organisation, item, case.application.division, case.origin)


def is_competent(organisation: Organisation, item: ServiceItem, case: Case, desk: Desk) -> bool:
    """Tell whether a desk belongs to the station that accepts a case. What nobody serves is nobody else's."""
    competent = competent_for(organisation, item, case)
    return competent is None or competent.desk_id == desk.station_code


def next_towards(organisation: Organisation, here: str, there: str) -> str:
    """Return the next desk on the way from one desk to another: down where the other lies below, else up. Empty where
    there is no way, or none is needed.
    """
    if here == there:
        return ""
    step = there
    while step:
        desk = organisation.desk(step)
        if desk is None:
            break
        if desk.parent == here:
            return step
        step = desk.parent
    desk = organisation.desk(here)
    return desk.parent if desk is not None else ""


def _at_level(organisation: Organisation, start: Desk | None, level: Level) -> Desk | None:
    """The station of a level at or above a desk; a township itself handles what any of its villages would."""
    desk = start
    while desk is not None and (desk.kind is not DeskKind.STATION or int(desk.level) > int(level)):
        desk = organisation.desk(desk.parent) if desk.parent else None
    return desk
