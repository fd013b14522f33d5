"""视为受理: a case whose materials lie with the deciding level and about which nobody tells anything in time.

行政许可法 art. 32(4): what is missing is told on the spot or within five days (working days, art. 82), otherwise the
application counts as accepted from the day the materials were received. Only licences (行政许可) have this; other items
owe the same notice as a matter of service and become late, never accepted by silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case, State
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.organisation import Level, Organisation
from stationapp.domain.routing import is_competent
from stationapp.domain.time_limits import DueDate, Limit, LimitUnit, due_date

NOTICE_LIMIT = Limit(5, LimitUnit.WORKING_DAYS)
"""Within which what is missing is told (行政许可法 arts. 32(4), 82)."""

LICENCE = "01"
"""行政许可 in GB/T 39046 table A.1."""

ARRIVALS = ("receive", "supply", "sign_for")
"""The moves by which materials come to lie with a desk."""

UNANSWERED = frozenset({State.RECEIVED, State.SIGNED_FOR, State.REGISTERED})
"""The states in which the authority that accepts has the materials and nobody has told the applicant anything yet;
what was only examined lies with one that passes it on.
"""


@dataclass(frozen=True, slots=True)
class DeemedAcceptance:
    """When a case counts as accepted by silence.

    `received_on` is the day from which it is then accepted and its limits are counted; `notice_due` the last day
    for a notice; `day` the first day on which the silence is complete.
    """

    received_on: date
    notice_due: DueDate
    day: date

    def has_come(self, today: date) -> bool:
        """Tell whether the silence is complete; a provisional day is waited for until a notice makes it certain."""
        return today >= self.day and not self.notice_due.provisional


def falls_silent(received_on: date, calendar: WorkCalendar) -> DeemedAcceptance:
    """Return when an application received on a day counts as accepted if nobody tells anything."""
    due = due_date(received_on, NOTICE_LIMIT, calendar)
    return DeemedAcceptance(received_on, due, due.day + timedelta(days=1))


def deemed_acceptance(
    case: Case, item: ServiceItem, organisation: Organisation, calendar: WorkCalendar
) -> DeemedAcceptance | None:
    """Return when a case counts as accepted by silence, None for one that cannot.

    The five days begin where and when the level that decides took the materials in. A notice of what is missing,
    an acceptance, a refusal to accept and every other answer takes the case out of the states looked at here; a
    case sent on or back lies elsewhere, and its days begin when it is taken in again.
    """
    if item.item_type != LICENCE or item.decides_at is Level.VILLAGE or case.state not in UNANSWERED:
        return None
    holder = organisation.desk(case.holder)
    if holder is None or holder.level is not item.decides_at:
        return None
    if not is_competent(organisation, item, case, holder):
        return None  # 同城通办: its days begin at the station that will decide.
    received_on = _taken_in(case)
    return None if received_on is None else falls_silent(received_on, calendar)


def deemed_on(
    case: Case, item: ServiceItem, organisation: Organisation, calendar: WorkCalendar
) -> date | None:
    """Return the first day on which a case counts as accepted by silence, None for one that cannot."""
    found = deemed_acceptance(case, item, organisation, calendar)
    return None if found is None else found.day


def _taken_in(case: Case) -> date | None:
    """The day the holder last took the materials in."""
    arrivals = (case.last[move] for move in ARRIVALS if move in case.last)
    return max((event.at.date() for event in arrivals if event.hand.desk_id == case.holder), default=None)
