"""Reading the whole confirmed log case by case; no device can reach it, and only one case is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection

from countyhub.acceptance.submission import read_event
from countyhub.inspection import repository as inspection
from countyhub.references import repository as references
from stationapp.domain.events import CaseEvent


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """A confirmed event with its place in the case and the hash of its envelope."""

    place: int
    envelope_hash: str
    event: CaseEvent
    received_at: datetime


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """One case with its events in the hub's order."""

    case_id: str
    logged: tuple[LoggedEvent, ...]

    @property
    def events(self) -> tuple[CaseEvent, ...]:
        """The events alone."""
        return tuple(one.event for one in self.logged)


def cases(connection: Connection, as_of: datetime) -> Iterator[LoggedCase]:
    """Yield every case by id, each as the hub knew it at a moment: events it got later are left out."""
    for case_id, rows in groupby(inspection.case_events(connection), key=lambda row: str(row[0].case_id)):
        logged = tuple(
            LoggedEvent(place.revision, envelope.hash, read_event(envelope.body), received_at)
            for place, envelope in rows
            if (received_at := datetime.fromisoformat(place.received_at)) <= as_of
        )
        if logged:
            yield LoggedCase(case_id, logged)


def version_at(connection: Connection, name: str, as_of: datetime) -> str:
    """Return the version of a reference document in force at a moment; the first one where none was yet."""
    known = references.published(connection, name)
    past = (version for version, at in known if datetime.fromisoformat(at) <= as_of)
    return next(past, known[-1][0])
