"""Decisions for whoever supervises a trade or a benefit afterwards (受理审批监管联动, SEED 002).

A supervisor's list is what has been decided since the list before: it is asked for with the moment up to which that one
reached, by the time at which decisions came to the hub, so that what was decided without a network is not left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from countyhub.hub import Hub
from countyhub.statistics import repository
from countyhub.statistics.repository import LoggedCase
from countyhub.statistics.service import view_at
from stationapp.domain.case import CASE, Case
from stationapp.domain.case_course import course_of
from stationapp.domain.exchange_codes import decision_of, title_of
from stationapp.domain.organisation import Organisation
from stationapp.domain.sheets import Sheet

HEADERS = (
    "办件编号",
    "收件号",
    "事项编码",
    "事项",
    "申请人",
    "决定单位",
    "决定",
    "决定日期",
    "文书编号",
    "到达平台",
)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision; `came_at` is when it came to the hub."""

    case_number: str
    receipt_number: str
    item_code: str
    item: str
    applicant: str
    desk_id: str
    desk: str
    decision: str
    decided_on: str
    document_number: str
    came_at: datetime


def decisions(hub: Hub, since: datetime | None, as_of: datetime, desk_id: str = "") -> list[Decided]:
    """Return decisions that came to the hub after a moment, and up to another, the first that came first.

    `since` None takes all there are; `desk_id` only those of one deciding desk.
    """
    with hub.database.read() as connection:
        organisation = view_at(connection, hub, as_of).sight.organisation
        rows = [row for case in repository.cases(connection, as_of) for row in _of_case(case, organisation)]
    wanted = (
        row
        for row in rows
        if (since is None or row.came_at > since) and (not desk_id or row.desk_id == desk_id)
    )
    return sorted(wanted, key=lambda row: (row.came_at, row.receipt_number))


def decisions_sheet(rows: Iterable[Decided]) -> Sheet:
    """Return decisions as a sheet with Chinese headers."""
    lines = (
        (
            row.case_number,
            row.receipt_number,
            row.item_code,
            row.item,
            row.applicant,
            row.desk,
            row.decision,
            row.decided_on,
            row.document_number,
            row.came_at.isoformat(),
        )
        for row in rows
    )
    return Sheet("decisions", "决定清单", HEADERS, tuple(lines))


def _of_case(logged: LoggedCase, organisation: Organisation) -> Iterator[Decided]:
    steps = course_of(logged.events)
    case = steps[-1].after if steps else None
    decided = decision_of(case) if case is not None and case.kind == CASE else None
    if case is None or decided is None:
        return
    came = next(one.received_at for one in logged.logged if one.event.event_id == decided.event_id)
    desk_id = decided.hand.desk_id
    yield Decided(
        case.case_number,
        case.receipt_number,
        case.application.item_code,
        case.application.item_name,
        case.application.applicant.name,
        desk_id,
        _desk_name(organisation, desk_id),
        title_of(decided.move),
        decided.at.date().isoformat(),
        _number(case, decided.move),
        came,
    )


def _number(case: Case, move: str) -> str:
    return str(case.fact(move, "document_number"))


def _desk_name(organisation: Organisation, desk_id: str) -> str:
    desk = organisation.desk(desk_id)
    return desk.name if desk is not None else desk_id
