"""Periods a limit leaves out, each with the events that prove it.

Sources: 行政许可法 art. 45 (hearing, tender, auction, inspection, testing, quarantine, appraisal and expert review are
not counted), publicity by the item's own rule, art. 32(4) for what the applicant has to supply. Handing a case on to
another organ leaves nothing out.

The day on which a procedure or a supplement begins is counted and the day on which it ends is not, just as a limit
does not count the day of its own start (民法典 art. 201). Days of publicity are named from the first to the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from stationapp.domain.events import CaseEvent
from stationapp.domain.time_limits import Period

_DAY = timedelta(days=1)


class ExclusionKind(StrEnum):
    """Why days are not counted; the label is what a person reads."""

    SPECIAL_PROCEDURE = "special_procedure"
    PUBLICITY = "publicity"
    SUPPLEMENT = "supplement"

    @property
    def label(self) -> str:
        """The kind's name on screens and papers."""
        return _LABELS[self]


_LABELS = {
    ExclusionKind.SPECIAL_PROCEDURE: "特别程序",
    ExclusionKind.PUBLICITY: "公示",
    ExclusionKind.SUPPLEMENT: "补正",
}

_SUPPLEMENT_ENDS = frozenset({"supply", "close_unsupplied", "withdraw", "return_application", "void"})
_PAUSES = _SUPPLEMENT_ENDS | {"start_special", "end_special", "request_supplement", "publicise"}


@dataclass(frozen=True, slots=True)
class ExcludedPeriod:
    """First and last day not counted, both included; `last` None while the period is open.

    `evidence` are the ids of the events it follows from, in order.
    """

    kind: ExclusionKind
    first: date
    last: date | None
    evidence: tuple[str, ...]

    @property
    def period(self) -> Period:
        """The period as limits take it; an open one has no end."""
        return self.first, self.last or date.max


def excluded_periods(events: Iterable[CaseEvent]) -> tuple[ExcludedPeriod, ...]:
    """Return every period the events of a case exclude, in the order they began.

    Publicity named again replaces what was named before, and what was supplied late after all was waited for until
    then.
    """
    known = _unlapsed(tuple(events))
    found = (
        *_between(
            known, frozenset({"start_special"}), frozenset({"end_special"}), ExclusionKind.SPECIAL_PROCEDURE
        ),
        *_between(known, frozenset({"request_supplement"}), _SUPPLEMENT_ENDS, ExclusionKind.SUPPLEMENT),
        *_publicity(known),
    )
    return tuple(sorted(found, key=lambda row: (row.first, row.evidence)))


def concerns_periods(event: CaseEvent) -> bool:
    """Tell whether an event may begin or end an excluded period; of no other does `excluded_periods` take notice."""
    return event.move in _PAUSES or "publicity_from" in event.facts


def periods_of(excluded: Iterable[ExcludedPeriod]) -> tuple[Period, ...]:
    """Return excluded periods as limits take them."""
    return tuple(row.period for row in excluded)


def periods_after(start: date, excluded: Iterable[ExcludedPeriod]) -> tuple[ExcludedPeriod, ...]:
    """Return those excluded periods that reach beyond the day a limit starts on, for only they touch it."""
    return tuple(row for row in excluded if row.last is None or row.last > start)


def day_named(event: CaseEvent, name: str) -> date | None:
    """Return a day an event's facts name, None where they name none that can be read."""
    try:
        return date.fromisoformat(str(event.facts.get(name) or ""))
    except ValueError:
        return None


def ended_on(event: CaseEvent) -> date:
    """Return the day a special procedure ended: the day named, but never later than the act that names it."""
    return min(day_named(event, "ended_on") or event.at.date(), event.at.date())


def _between(
    events: Sequence[CaseEvent], starts: frozenset[str], ends: frozenset[str], kind: ExclusionKind
) -> list[ExcludedPeriod]:
    """What lies between a start and the end that follows it; of an end before its start nothing is excluded."""
    rows, begun = [], None
    for event in events:
        if begun is None and event.move in starts:
            begun = event
        elif begun is not None and event.move in ends:
            first, last = begun.at.date() + _DAY, ended_on(event)
            if first <= last:
                rows.append(ExcludedPeriod(kind, first, last, (begun.event_id, event.event_id)))
            begun = None
    if begun is not None:
        rows.append(ExcludedPeriod(kind, begun.at.date() + _DAY, None, (begun.event_id,)))
    return rows


def _unlapsed(events: tuple[CaseEvent, ...]) -> tuple[CaseEvent, ...]:
    """The events without the closings that a supplement, brought in time but known only later, has undone."""
    last = max((number for number, event in enumerate(events) if event.move == "supply"), default=-1)
    return tuple(
        event for number, event in enumerate(events) if number > last or event.move != "close_unsupplied"
    )


def _publicity(events: Sequence[CaseEvent]) -> list[ExcludedPeriod]:
    """The days named last, so that no number of acts leaves out more than one publicity."""
    proofs: dict[tuple[date, date], tuple[str, ...]] = {}
    for event in events:
        first, last = day_named(event, "publicity_from"), day_named(event, "publicity_to")
        if first is not None and last is not None and first <= last:
            proofs = {(first, last): (*proofs.get((first, last), ()), event.event_id)}
    return [ExcludedPeriod(ExclusionKind.PUBLICITY, *days, proof) for days, proof in proofs.items()]
