"""Every case this station knows, one after the other, as figures and exports look at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stationapp.domain.case import Case
from stationapp.domain.case_course import course_of
from stationapp.domain.case_figures import CaseFigures, Sight, figures_of
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.events import CaseEvent
from stationapp.domain.responsibility import ResponsibilityRecord, records_of
from stationapp.services.supervision import found_in
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, StoredEvent
from stationapp.store.units import ReadUnit


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case with its events: confirmed ones in the hub's order, own unconfirmed ones after them."""

    case: Case
    events: tuple[CaseEvent, ...]
    item: ServiceItem | None
    figures: CaseFigures | None
    records: tuple[ResponsibilityRecord, ...] = ()


def known_cases(workplace: Workplace, unit: ReadUnit, *, supervised: bool = False) -> Iterator[KnownCase]:
    """Yield every case by id, with the breaches found in it when `supervised`; only one case is in memory.

    A case whose opening was refused is none.
    """
    for case_id in sorted(unit.cases.find(CaseQuery())):
        history = unit.events.of_case(case_id)
        steps = course_of(row.event for row in history)
        if steps:
            yield _known(workplace, steps[-1].after, history, supervised)


def _known(workplace: Workplace, case: Case, history: Sequence[StoredEvent], supervised: bool) -> KnownCase:
    events, item = tuple(row.event for row in history), workplace.item_of(case)
    figures = figures_of(events, item, Sight(workplace.organisation, workplace.calendar))
    if not supervised:
        return KnownCase(case, events, item, figures)
    found = (row.finding for row in found_in(workplace, case, history))
    return KnownCase(case, events, item, figures, records_of(found, events, workplace.organisation))
