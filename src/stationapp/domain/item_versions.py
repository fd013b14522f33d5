"""Which version of a service item an act on a case is judged by: station and hub ask here, so that they agree.

A running case finishes under the version it began with (动态调整: a revision looks ahead, never back). A new case needs
the version that is in force on its day by the catalogue its desk had at hand (无编码不得办理, SEED 004). How long a
desk without network may go on opening cases by a catalogue that was replaced is the hub's to say; see `still_opens`.
"""

from __future__ import annotations

from datetime import date

from stationapp.domain.case import CASE, Case
from stationapp.domain.catalogue import Catalogue, ServiceItem, why_not_open
from stationapp.domain.people import Application


def item_begun_with(application: Application, *catalogues: Catalogue) -> ServiceItem | None:
    """Return the version an application names, from the first catalogue that knows it."""
    found = (one.version_of(application.item_code, application.item_version) for one in catalogues)
    return next((item for item in found if item is not None), None)


def item_to_open(application: Application, day: date, catalogue: Catalogue) -> ServiceItem | None:
    """Return the version an application names if it is the one in force on a day, None where it is not: then the
    application goes by no code in force.
    """
    item = catalogue.in_force(application.item_code, day)
    return item if item is not None and item.version == application.item_version else None


def judging_item(
    case: Case | None, kind: str, application: Application, day: date, named: Catalogue, current: Catalogue
) -> ServiceItem | None:
    """Return the version that judges an act of a day on a case, or one that opens a case of a kind.

    `named` is the catalogue the act was done under, `current` the one in force. Services around a case need no item
    that is open.
    """
    if case is None and kind == CASE:
        return item_to_open(application, day, named)
    return item_begun_with(application, named, current)


def still_opens(application: Application, day: date, catalogue: Catalogue) -> bool:
    """Tell whether a later catalogue would let a case be opened by the same version on that day."""
    item = item_to_open(application, day, catalogue)
    return item is not None and not why_not_open(item, day)
