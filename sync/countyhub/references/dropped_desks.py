"""A desk is not dropped while somebody's case still needs it: nobody else could sign, hand over or serve it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from sqlalchemy import Connection

from countyhub.acceptance import case_repository
from countyhub.database import in_chunks
from stationapp.domain.case import Case
from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Reason, Refused

_AT_ONCE = 200
_SHOWN = 5


def refuse_orphaned(connection: Connection, before: Organisation, after: Organisation) -> None:
    """Raise Refused with how many open cases each desk that is dropped still has to do with, and the first of them."""
    dropped = {desk.desk_id for desk in before.desks} - {desk.desk_id for desk in after.desks}
    if not dropped:
        return
    counts: Counter[str] = Counter()
    first: dict[str, list[str]] = {desk_id: [] for desk_id in dropped}
    for chunk in in_chunks(case_repository.open_cases(connection), _AT_ONCE):
        for case in case_repository.cases_of(connection, chunk):
            for desk_id in _needed_by(case, dropped):
                counts[desk_id] += 1
                first[desk_id] += [case.receipt_number] if len(first[desk_id]) < _SHOWN else []
    if counts:
        raise Refused(
            *(_reason(before, desk_id, counts[desk_id], first[desk_id]) for desk_id in sorted(counts))
        )


def _needed_by(case: Case, dropped: Collection[str]) -> Iterator[str]:
    """The dropped desks that hold a case, are to sign for it, took it in, give out its result or owe it an opinion."""
    asked = {part.desk_id for part in case.parts if part.state.is_open}
    needed = {case.holder, case.addressed_to, case.origin, case.result_station} | asked
    yield from sorted(needed & set(dropped))


def _reason(before: Organisation, desk_id: str, count: int, first: Collection[str]) -> Reason:
    desk = before.desk(desk_id)
    more = "等" if count > len(first) else ""
    text = (
        f"“{desk.name if desk else desk_id}”（{desk_id}）还有 {count} 件在办件由它保管、签收、收件、出件或者回执"
        f"（收件号 {'、'.join(first)}{more}），办结前不能撤销这个单位；可先保留单位，只调整岗位。"
    )
    return Reason("desk-in-use", text, "organisation")
