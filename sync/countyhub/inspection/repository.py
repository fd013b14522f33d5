"""Queries over the whole hub, for the county's own people only; no device can reach them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, func, select
from sqlmodel import SQLModel, col

from countyhub.acceptance.case_repository import SAME_ENVELOPE, SAME_VERDICT
from countyhub.acceptance.repository import ENVELOPE_COLUMNS, envelope_of
from countyhub.acceptance.tables import CaseEventRow, CaseRow, ChainRow, EnvelopeRow, VerdictRow
from countyhub.attachments.tables import AttachmentRow, CaseAttachmentRow
from countyhub.database import table_of
from countyhub.mailboxes.tables import EntryRow, MailboxRow, VisibleRow
from countyhub.numbers.tables import MentionRow
from hubprotocol.envelope import Envelope
from hubprotocol.messages import Result

_AT_ONCE = 1000
_IS_HELD = col(VerdictRow.result) == Result.HELD.value


def count(connection: Connection, table: type[SQLModel]) -> int:
    """Return how many rows a table has."""
    return connection.execute(select(func.count()).select_from(table_of(table))).scalar_one()


def count_by(connection: Connection, column: Any, *conditions: Any) -> dict[str, int]:
    """Return how many rows there are of each value of a column."""
    rows = connection.execute(
        select(column, func.count()).where(*conditions).group_by(column).order_by(column)
    )
    return {str(value): number for value, number in rows}


def open_cases(connection: Connection) -> list[Any]:
    """Return the projection of every case that was opened, by id."""
    cases = select(table_of(CaseRow)).where(col(CaseRow.revision) > 0).order_by(col(CaseRow.case_id))
    return list(connection.execute(cases))


def chains(connection: Connection) -> list[Any]:
    """Return the end of every chain."""
    return list(connection.execute(select(table_of(ChainRow)).order_by(col(ChainRow.device))))


def envelopes(connection: Connection, device: str) -> Iterator[tuple[Envelope, str, str]]:
    """Yield a device's envelopes in order, each with the hash that was stored and its verdict (empty: none)."""
    columns = (*ENVELOPE_COLUMNS, col(EnvelopeRow.hash), col(VerdictRow.result))
    query = select(*columns).outerjoin(VerdictRow, SAME_VERDICT).where(col(EnvelopeRow.device) == device)
    for row in _streamed(connection, query.order_by(col(EnvelopeRow.seq))):
        yield envelope_of(row), row.hash, row.result or ""


def case_events(connection: Connection) -> Iterator[tuple[Any, Envelope]]:
    """Yield every confirmed event, case by case in the order of revisions."""
    place = (col(CaseEventRow.case_id), col(CaseEventRow.revision), col(CaseEventRow.received_at))
    query = select(*place, *ENVELOPE_COLUMNS).join(EnvelopeRow, SAME_ENVELOPE)
    ordered = query.order_by(col(CaseEventRow.case_id), col(CaseEventRow.revision))
    for row in _streamed(connection, ordered):
        yield row, envelope_of(row)


def mailboxes(connection: Connection) -> list[Any]:
    """Return the head of every mailbox."""
    return list(connection.execute(select(table_of(MailboxRow)).order_by(col(MailboxRow.feed))))


def entries(connection: Connection, feed: str) -> Iterator[Any]:
    """Yield the entries of a mailbox in order."""
    mine = select(table_of(EntryRow)).where(col(EntryRow.feed) == feed)
    return _streamed(connection, mine.order_by(col(EntryRow.position)))


def visible(connection: Connection) -> set[tuple[str, str]]:
    """Return (desk_id, case_id) of all that is visible."""
    rows = connection.execute(select(col(VisibleRow.desk_id), col(VisibleRow.case_id)))
    return {(row.desk_id, row.case_id) for row in rows}


def held(connection: Connection) -> list[Any]:
    """Return device, seq, case_id, received_at, reasons and the case's receipt number of every act that is held."""
    columns = (col(VerdictRow.device), col(VerdictRow.seq), col(VerdictRow.case_id))
    more = (col(VerdictRow.received_at), col(VerdictRow.reasons), col(CaseRow.receipt_number))
    same = (VerdictRow.county == CaseRow.county) & (col(VerdictRow.case_id) == col(CaseRow.case_id))
    query = select(*columns, *more).outerjoin(CaseRow, same).where(_IS_HELD)
    ordered = query.order_by(col(VerdictRow.received_at), col(VerdictRow.device), col(VerdictRow.seq))
    return list(connection.execute(ordered))


def numbers_of_held(connection: Connection) -> dict[tuple[str, int], set[str]]:
    """Return the numbers in held acts by device and seq."""
    same = and_(
        VerdictRow.county == MentionRow.county,
        col(VerdictRow.device) == col(MentionRow.device),
        col(VerdictRow.seq) == col(MentionRow.seq),
    )
    columns = (col(MentionRow.device), col(MentionRow.seq), col(MentionRow.number))
    found: dict[tuple[str, int], set[str]] = {}
    for row in connection.execute(select(*columns).join(VerdictRow, same).where(_IS_HELD)):
        found.setdefault((row.device, row.seq), set()).add(row.number)
    return found


def mentions(connection: Connection) -> set[tuple[str, ...]]:
    """Return (number, device, seq, kind, case_id) of every number that can be found."""
    columns = (col(MentionRow.number), col(MentionRow.device), col(MentionRow.seq), col(MentionRow.kind))
    rows = connection.execute(select(*columns, col(MentionRow.case_id)))
    return {tuple(map(str, row)) for row in rows}


def case_attachments(connection: Connection) -> set[tuple[str, str]]:
    """Return (case_id, sha256) of every attachment a case refers to."""
    columns = (col(CaseAttachmentRow.case_id), col(CaseAttachmentRow.sha256))
    return {(row.case_id, row.sha256) for row in connection.execute(select(*columns))}


def complete_attachments(connection: Connection) -> dict[str, int]:
    """Return the size of every attachment that should be there."""
    done = select(col(AttachmentRow.sha256), col(AttachmentRow.size)).where(
        col(AttachmentRow.complete_at) != ""
    )
    return {row.sha256: row.size for row in connection.execute(done.order_by(col(AttachmentRow.sha256)))}


def _streamed(connection: Connection, query: Any) -> Iterator[Any]:
    yield from connection.execution_options(yield_per=_AT_ONCE).execute(query)
