"""Every case this station knows, one after the other, as figures and exports look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stationapp.domain.case import Case
from stationapp.domain.case_course import course_of
from stationapp.domain.case_figures import CaseFigures, Sight, figures_of
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.events import CaseEvent
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery
from stationapp.store.units import ReadUnit


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case with its events: confirmed ones in the hub's order, own unconfirmed ones after them."""

    case: Case
    events: tuple[CaseEvent, ...]
    item: ServiceItem | None
    figures: CaseFigures | None


def known_cases(workplace: Workplace, unit: ReadUnit) -> Iterator[KnownCase]:
    """Yield every case by id; only one is in memory. A case whose opening was refused is none."""
    sight = Sight(workplace.organisation, workplace.calendar)
    for case_id in sorted(unit.cases.find(CaseQuery())):
        events = tuple(row.event for row in unit.events.of_case(case_id))
        steps = course_of(events)
        if steps:
            case = steps[-1].after
            item = workplace.item_of(case)
            yield KnownCase(case, events, item, figures_of(events, item, sight))
