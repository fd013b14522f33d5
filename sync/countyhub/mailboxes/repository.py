"""Queries on mailboxes. Entries are read only from feeds the asking device may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, tuple_
from sqlmodel import col

from countyhub.acceptance.case_repository import SAME_ENVELOPE
from countyhub.acceptance.repository import ENVELOPE_COLUMNS, envelope_of
from countyhub.acceptance.tables import CaseEventRow, EnvelopeRow
from countyhub.database import in_chunks, table_of
from countyhub.mailboxes.tables import EntryRow, MailboxRow, VisibleRow
from countyhub.many_rows import add_rows, change_rows, insert_if_absent
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import ConfirmedEventMessage, EnvelopeMessage


@dataclass(slots=True)
class Head:
    """The end of a mailbox: position, running hash, and how many cases it makes visible with their sum."""

    feed: str
    position: int
    hash: str
    count: int
    digest: str
    floor: int = 0
    floor_hash: str = GENESIS


_HEAD: Any = (
    col(MailboxRow.feed),
    col(MailboxRow.position),
    col(MailboxRow.hash),
    col(MailboxRow.count),
    col(MailboxRow.digest),
    col(MailboxRow.floor),
    col(MailboxRow.floor_hash),
)


# What every request asks is put together once: that costs as much as asking.
_HEADS = select(*_HEAD).where(col(MailboxRow.feed).in_(bindparam("feeds", expanding=True)))
_HEADS_LOCKED = _HEADS.order_by(col(MailboxRow.feed)).with_for_update()
_ENTRIES = (
    select(table_of(EntryRow))
    .where(
        col(EntryRow.feed) == bindparam("of_feed"),
        col(EntryRow.position) > bindparam("after"),
        col(EntryRow.position) <= bindparam("upto"),
    )
    .order_by(col(EntryRow.position))
    .limit(bindparam("most"))
)


_CONFIRMED = (
    select(
        col(CaseEventRow.case_id),
        col(CaseEventRow.revision),
        col(CaseEventRow.received_at),
        *ENVELOPE_COLUMNS,
    )
    .join(EnvelopeRow, SAME_ENVELOPE)
    .where(col(CaseEventRow.case_id).in_(bindparam("cases", expanding=True)))
    .order_by(col(CaseEventRow.case_id), col(CaseEventRow.revision))
)
_EMPTY = MailboxRow(feed="").model_dump()


def ensure(connection: Connection, feeds: Sequence[str]) -> None:
    """Write the heads of mailboxes that are not there yet."""
    insert_if_absent(connection, MailboxRow, [_EMPTY | {"feed": feed} for feed in feeds])


def lock_heads(connection: Connection, feeds: Iterable[str]) -> dict[str, Head]:
    """Return the heads of mailboxes, locked in the order of feeds: a transaction's last locks."""
    wanted = sorted(set(feeds))
    ensure(connection, wanted)
    found: dict[str, Head] = {}
    for chunk in in_chunks(wanted):
        found.update({row.feed: Head(*row) for row in connection.execute(_HEADS_LOCKED, {"feeds": chunk})})
    return found


def heads(connection: Connection, feeds: Sequence[str]) -> dict[str, Head]:
    """Return the heads of mailboxes."""
    return {row.feed: Head(*row) for row in connection.execute(_HEADS, {"feeds": list(feeds)})}


def save_heads(connection: Connection, moved: Iterable[Head]) -> None:
    """Write new heads; the caller holds the locks."""
    rows = [
        {
            "feed": head.feed,
            "position": head.position,
            "hash": head.hash,
            "count": head.count,
            "digest": head.digest,
        }
        for head in moved
    ]
    change_rows(connection, MailboxRow, ("feed",), rows)


def add_entries(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Append entries."""
    add_rows(connection, EntryRow, rows)


def change_visible(
    connection: Connection, shown: Iterable[tuple[str, str]], taken: Iterable[tuple[str, str]]
) -> None:
    """Write which (desk_id, case_id) became visible and which ceased to be."""
    insert_if_absent(
        connection, VisibleRow, [{"desk_id": desk, "case_id": case} for desk, case in sorted(shown)]
    )
    for chunk in in_chunks(sorted(taken)):
        gone = tuple_(col(VisibleRow.desk_id), col(VisibleRow.case_id)).in_(chunk)
        connection.execute(delete(VisibleRow).where(gone))


def hash_at(connection: Connection, head: Head, position: int) -> str | None:
    """Return a mailbox's hash at a position, or None for one below its floor or beyond its head."""
    if position == head.floor:
        return head.floor_hash
    if not head.floor < position <= head.position:
        return None
    one = (col(EntryRow.feed) == head.feed) & (col(EntryRow.position) == position)
    return connection.execute(select(col(EntryRow.hash)).where(one)).scalar()


def entries(connection: Connection, feed: str, after: int, upto: int, limit: int) -> list[Any]:
    """Return at most `limit` entries behind a position."""
    asked = {"of_feed": feed, "after": after, "upto": upto, "most": limit}
    return list(connection.execute(_ENTRIES, asked))


def confirmed_events(
    connection: Connection, case_ids: Iterable[str]
) -> dict[str, list[ConfirmedEventMessage]]:
    """Return all confirmed events of cases in order; only of cases in entries the device may read."""
    found: dict[str, list[ConfirmedEventMessage]] = {}
    for chunk in in_chunks(sorted(set(case_ids))):
        for row in connection.execute(_CONFIRMED, {"cases": chunk}):
            message = ConfirmedEventMessage(
                revision=row.revision,
                received_at=row.received_at,
                envelope=EnvelopeMessage.pack(envelope_of(row)),
            )
            found.setdefault(row.case_id, []).append(message)
    return found
