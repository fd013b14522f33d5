"""Every case's findings by the same rules the stations use, with the hub's receive times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection

from countyhub.acceptance.submission import read_event
from countyhub.hub import Hub
from countyhub.inspection import repository as inspection
from countyhub.references.service import Law
from stationapp.domain.appeals import decided_appeals
from stationapp.domain.case import CASE, Case
from stationapp.domain.case_flow import case_of
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.findings import Grade, StandingFinding, standing
from stationapp.domain.item_versions import item_begun_with
from stationapp.domain.logged_acts import LoggedAct
from stationapp.domain.organisation import Organisation
from stationapp.domain.responsibility import ResponsibilityRecord, records_of
from stationapp.domain.supervision import findings
from stationapp.domain.supervision_policy import DEFAULT_POLICY, SupervisionPolicy


@dataclass(frozen=True, slots=True)
class Supervised:
    """A case with its findings of at least the wanted grade."""

    case: Case
    item: ServiceItem
    log: tuple[LoggedAct, ...]
    found: tuple[StandingFinding, ...]


def supervised(
    connection: Connection, hub: Hub, least: Grade, policy: SupervisionPolicy = DEFAULT_POLICY
) -> Iterator[Supervised]:
    """Yield every case that has a finding of at least that grade, by case id; one case is in memory at a time."""
    law = Law(connection, hub)
    calendar = law.current_calendar
    for log in _logs(connection):
        case = case_of(act.event for act in log)
        if case is None or case.kind != CASE:
            continue
        item = item_begun_with(
            case.application, law.named_catalogue(log[0].event.under.catalogue), law.current_catalogue
        )
        if item is None:
            continue
        rows = findings(log, item, law.current_organisation, calendar, hub.now(), policy)
        found = standing(rows, decided_appeals(act.event for act in log))
        graver = tuple(row for row in found if row.grade >= least)
        if graver:
            yield Supervised(case, item, log, graver)


def records(one: Supervised, organisation: Organisation) -> tuple[ResponsibilityRecord, ...]:
    """Return who answers for each breach of a case (责任追究), with what came of appeals."""
    events = [act.event for act in one.log]
    return records_of((row.finding for row in one.found), events, organisation)


def _logs(connection: Connection) -> Iterator[tuple[LoggedAct, ...]]:
    for _, rows in groupby(inspection.case_events(connection), key=lambda row: str(row[0].case_id)):
        yield tuple(
            LoggedAct(read_event(envelope.body), datetime.fromisoformat(place.received_at))
            for place, envelope in rows
        )
