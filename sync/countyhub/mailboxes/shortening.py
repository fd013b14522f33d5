"""Queries of compaction: marks of how far mailboxes were, how far devices have read, and the cut itself."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, select, update
from sqlmodel import col

from countyhub.devices.repository import device_of, is_own_feed
from countyhub.devices.tables import DeviceDeskRow, DeviceRow
from countyhub.mailboxes import repository
from countyhub.mailboxes.tables import EntryRow, MailboxRow, MarkRow, ReaderRow
from countyhub.many_rows import add_rows, insert_if_absent
from hubprotocol.messages import EntryKind


def feeds(connection: Connection) -> list[str]:
    """Return every mailbox that has entries."""
    mine = select(col(MailboxRow.feed)).where(col(MailboxRow.position) > 0)
    return list(connection.execute(mine.order_by(col(MailboxRow.feed))).scalars())


def mark(connection: Connection, at: str, unless_since: str) -> list[str]:
    """Write how far each mailbox is, unless it has not moved since its last mark or that is quite new.

    Returns the mailboxes that were marked.
    """
    last = select(col(MarkRow.feed), func.max(col(MarkRow.marked_at)), func.max(col(MarkRow.position)))
    known = {feed: (when, far) for feed, when, far in connection.execute(last.group_by(col(MarkRow.feed)))}
    rows = []
    for feed, position in connection.execute(select(col(MailboxRow.feed), col(MailboxRow.position))):
        when, far = known.get(feed, ("", 0))
        if position > far and when <= unless_since:
            rows.append({"feed": feed, "marked_at": at, "position": position})
    add_rows(connection, MarkRow, rows)
    return [str(row["feed"]) for row in rows]


def drop_marks(connection: Connection, before: str) -> None:
    """Forget marks before a moment, except the last of each mailbox."""
    old = col(MarkRow.marked_at) < before
    last = select(col(MarkRow.feed), func.max(col(MarkRow.marked_at))).where(old).group_by(col(MarkRow.feed))
    for feed, newest in connection.execute(last).all():
        mine = (col(MarkRow.feed) == feed) & (col(MarkRow.marked_at) < newest)
        connection.execute(delete(MarkRow).where(mine))


def marked(connection: Connection, feed: str, upto: str) -> int:
    """Return the position a mailbox surely had at a moment; 0 when no mark says so."""
    mine = (col(MarkRow.feed) == feed) & (col(MarkRow.marked_at) <= upto)
    return connection.execute(select(func.max(col(MarkRow.position))).where(mine)).scalar() or 0


def note_read(connection: Connection, device: str, positions: Iterable[tuple[str, int]], at: str) -> None:
    """Write how far a device has read its mailboxes."""
    rows = [
        {"device": device, "feed": feed, "position": position, "read_at": at}
        for feed, position in sorted(positions)
    ]
    insert_if_absent(connection, ReaderRow, rows)
    for row in rows:
        mine = (col(ReaderRow.device) == device) & (col(ReaderRow.feed) == row["feed"])
        connection.execute(update(ReaderRow).where(mine).values(position=row["position"], read_at=at))


def noted(connection: Connection, device: str) -> dict[str, tuple[int, str]]:
    """Return how far a device was noted to have read each mailbox, and when."""
    columns = (col(ReaderRow.feed), col(ReaderRow.position), col(ReaderRow.read_at))
    rows = connection.execute(select(*columns).where(col(ReaderRow.device) == device))
    return {row.feed: (row.position, row.read_at) for row in rows}


def read_by_all(connection: Connection, feed: str, since: str) -> int:
    """Return how far every device that reads a mailbox has read it; those not heard of `since` do not count.

    Nobody at all has read nothing.
    """
    readers = _readers(connection, feed)
    positions = dict.fromkeys(readers, 0)
    columns = (col(ReaderRow.device), col(ReaderRow.feed), col(ReaderRow.position), col(ReaderRow.read_at))
    for row in connection.execute(select(*columns).where(col(ReaderRow.device).in_(readers))):
        readers[row.device] = max(readers[row.device], row.read_at)
        if row.feed == feed:
            positions[row.device] = row.position
    return min((positions[device] for device, heard in readers.items() if heard >= since), default=0)


def _readers(connection: Connection, feed: str) -> dict[str, str]:
    """Return the devices with rights that read a mailbox, and when each was enrolled."""
    at_desk = select(col(DeviceDeskRow.device_id)).where(col(DeviceDeskRow.desk_id) == feed)
    own = col(DeviceRow.device_id) == device_of(feed) if is_own_feed(feed) else None
    mine = col(DeviceRow.device_id).in_(at_desk) if own is None else own
    query = select(col(DeviceRow.device_id), col(DeviceRow.enrolled_at)).where(mine)
    rows = connection.execute(query.where(col(DeviceRow.revoked_at) == ""))
    return {row.device_id: row.enrolled_at for row in rows}


def cut(connection: Connection, feed: str, floor: int) -> int:
    """Make a position the floor of a mailbox and remove the entries up to it; return how many.

    Entries that say a case was taken back stay, see `forget_taken_back`.
    """
    head = repository.lock_heads(connection, [feed])[feed]
    floor_hash = repository.hash_at(connection, head, floor)
    if floor_hash is None:
        return 0  # Another compaction was quicker.
    below = (col(EntryRow.feed) == feed) & (col(EntryRow.position) <= floor)
    gone = connection.execute(delete(EntryRow).where(below, col(EntryRow.kind) != EntryKind.EVICT.value))
    mine = col(MailboxRow.feed) == feed
    connection.execute(update(MailboxRow).where(mine).values(floor=floor, floor_hash=floor_hash))
    return gone.rowcount


def forget_taken_back(connection: Connection, feed: str, upto: int) -> int:
    """Remove what a compaction left below the floor, up to a position; return how many entries."""
    below = (col(EntryRow.feed) == feed) & (col(EntryRow.position) <= upto)
    return connection.execute(delete(EntryRow).where(below)).rowcount
