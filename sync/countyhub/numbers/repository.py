"""Queries on numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, select, tuple_, update
from sqlmodel import col

from countyhub.acceptance.early_tables import EarlyRunRow
from countyhub.acceptance.tables import EnvelopeRow, VerdictRow
from countyhub.database import in_chunks
from countyhub.many_rows import add_rows, insert_if_absent
from countyhub.numbers.claims import RECEIPT, Claim
from countyhub.numbers.tables import AbsentNumberRow, ClaimRow, DaySerialRow, MentionRow

_SAME_ENVELOPE = and_(
    MentionRow.county == VerdictRow.county,
    col(MentionRow.device) == col(VerdictRow.device),
    col(MentionRow.seq) == col(VerdictRow.seq),
)

_OWNERS = select(col(ClaimRow.kind), col(ClaimRow.number), col(ClaimRow.owner)).where(
    tuple_(col(ClaimRow.kind), col(ClaimRow.number)).in_(bindparam("keys", expanding=True))
)

_WAITS = exists().where(
    EarlyRunRow.county == AbsentNumberRow.county,
    col(EarlyRunRow.device) == col(AbsentNumberRow.device),
    col(AbsentNumberRow.seq).between(col(EarlyRunRow.first_seq), col(EarlyRunRow.last_seq)),
)
_IS_HERE = exists().where(
    EnvelopeRow.county == AbsentNumberRow.county,
    col(EnvelopeRow.device) == col(AbsentNumberRow.device),
    col(EnvelopeRow.seq) == col(AbsentNumberRow.seq),
)
_IS_FOUND = exists().where(
    MentionRow.county == AbsentNumberRow.county, col(MentionRow.number) == col(AbsentNumberRow.number)
)
_ABSENT = select(
    col(AbsentNumberRow.device),
    col(AbsentNumberRow.seq),
    col(AbsentNumberRow.number),
    col(AbsentNumberRow.kind),
    col(AbsentNumberRow.case_id),
    _WAITS.label("waits"),
    _IS_FOUND.label("found"),
).where(~_IS_HERE)


def owners(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the owner of each number that has one; keys are (kind, number)."""
    found: dict[tuple[str, str], str] = {}
    for chunk in in_chunks(sorted(set(keys))):
        rows = connection.execute(_OWNERS, {"keys": chunk})
        found.update({(row.kind, row.number): row.owner for row in rows})
    return found


def add_claims(connection: Connection, claims: Iterable[Claim]) -> None:
    """Write claims in the order of their keys, so that two transactions meet in the same order."""
    rows = [
        {"kind": one.kind, "number": one.number, "owner": one.owner}
        for one in sorted(claims, key=lambda one: one.key)
    ]
    add_rows(connection, ClaimRow, rows)


def drop_claims(connection: Connection, claims: Iterable[Claim]) -> None:
    """Give back claims in the order of their keys; what another owner has stays his."""
    for one in sorted(claims, key=lambda one: one.key):
        mine = (
            (col(ClaimRow.kind) == one.kind)
            & (col(ClaimRow.number) == one.number)
            & (col(ClaimRow.owner) == one.owner)
        )
        connection.execute(delete(ClaimRow).where(mine))


def add_mentions(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write the numbers of new envelopes, rows of `MentionRow`."""
    add_rows(connection, MentionRow, rows)


def mentions_of(connection: Connection, number: str) -> list[Any]:
    """Return case_id, kind, result and reasons of each envelope with a number.

    Result and reasons are None for the hub's own envelopes, which nobody judges.
    """
    columns = (col(MentionRow.case_id), col(MentionRow.kind), col(VerdictRow.result), col(VerdictRow.reasons))
    query = select(*columns).outerjoin(VerdictRow, _SAME_ENVELOPE).where(col(MentionRow.number) == number)
    ordered = query.order_by(col(MentionRow.case_id), col(MentionRow.device), col(MentionRow.seq))
    return list(connection.execute(ordered))


def add_absent(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write numbers whose envelopes are not here, rows of `AbsentNumberRow`; they may be written twice."""
    insert_if_absent(connection, AbsentNumberRow, rows)


def said_to_be_lost(connection: Connection, device: str, seqs: Collection[int]) -> dict[int, set[str]]:
    """Return the receipt numbers that a device named of what it lost, by place; runs that wait say nothing here."""
    mine = (col(AbsentNumberRow.device) == device) & col(AbsentNumberRow.seq).in_(seqs)
    named = mine & (col(AbsentNumberRow.kind) == RECEIPT) & (col(AbsentNumberRow.case_id) == "")
    found: dict[int, set[str]] = {}
    for row in connection.execute(select(col(AbsentNumberRow.seq), col(AbsentNumberRow.number)).where(named)):
        found.setdefault(row.seq, set()).add(row.number)
    return found


def count_absent(connection: Connection, device: str) -> int:
    """Return how many numbers of a device were said not to be here, whether they are by now or not."""
    mine = select(func.count()).where(col(AbsentNumberRow.device) == device)
    return int(connection.execute(mine).scalar_one())


def absent_of(connection: Connection, number: str) -> list[Any]:
    """Return device, kind, case_id and `waits` of each envelope with a number that is not here.

    `waits` says that it is in a run that came too early.
    """
    return list(connection.execute(_ABSENT.where(col(AbsentNumberRow.number) == number)))


def absent_in_all(connection: Connection) -> list[Any]:
    """Return device, seq, number, kind, case_id, `waits` and `found` of each number whose envelope is not here.

    `found` says that another envelope with the number is here.
    """
    by_place = (col(AbsentNumberRow.device), col(AbsentNumberRow.seq), col(AbsentNumberRow.number))
    return list(connection.execute(_ABSENT.order_by(*by_place)))


def lock_day(connection: Connection, day: str) -> int:
    """Return the last serial of a day and keep others from it until the transaction ends."""
    insert_if_absent(connection, DaySerialRow, [{"day": day, "last": 0}])
    last = select(col(DaySerialRow.last)).where(col(DaySerialRow.day) == day)
    return connection.execute(last.with_for_update()).scalar_one()


def set_last(connection: Connection, day: str, last: int) -> None:
    """Write the last serial of a day; the caller holds the lock."""
    connection.execute(update(DaySerialRow).where(col(DaySerialRow.day) == day).values(last=last))
