"""Reading mailboxes: the pages behind a device's cursors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from countyhub.clock import CHINA_TIME
from countyhub.database import in_chunks
from countyhub.devices.repository import Device, is_own_feed
from countyhub.hub import Hub
from countyhub.mailboxes import repository, shortening
from countyhub.mailboxes.repository import Head
from countyhub.problems import Problem
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import (
    ConfirmedEventMessage,
    CursorMessage,
    EntryKind,
    EntryMessage,
    ExchangeRequest,
    HoldingsMessage,
    PageMessage,
    VerdictMessage,
)

NOTED_EVERY = timedelta(hours=6)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=CHINA_TIME)
LONG_HISTORY = 400
"""A mailbox with so many entries is first read by a snapshot, by whoever can."""


def pages(
    connection: Connection,
    feeds: Sequence[str],
    request: ExchangeRequest,
    epoch: str,
) -> tuple[PageMessage, ...]:
    """Return a page of each of the device's feeds, together at most as many entries as asked for.

    Raises Problem `foreign-feed` for a cursor into any other feed.
    """
    by_feed = {cursor.feed: cursor for cursor in request.cursors}
    if not by_feed.keys() <= set(feeds):
        raise Problem("foreign-feed", feeds=list(feeds))
    heads, budget = repository.heads(connection, feeds), request.page_size
    found: list[tuple[Head, _Start, list[Any]]] = []
    for feed in feeds:
        head = heads[feed]
        start = _start(connection, head, by_feed.get(feed), epoch)
        start.snapshot = _needs_snapshot(head, start, asked=request.snapshots)
        readable = budget > 0 and not start.snapshot
        rows = repository.entries(connection, feed, start.position, head.position, budget) if readable else []
        budget -= len(rows)
        found.append((head, start, rows))
    told = {row.case_id for _, _, rows in found for row in rows if row.kind in _WITH_EVENTS}
    events = repository.confirmed_events(connection, told)
    return tuple(_page(head, start, rows, events, epoch) for head, start, rows in found)


@dataclass(slots=True)
class _Start:
    """Where a page begins, whether the device must begin anew, and whether by a snapshot."""

    position: int
    restart: bool = False
    snapshot: bool = False


def _start(connection: Connection, head: Head, cursor: CursorMessage | None, epoch: str) -> _Start:
    """Return the position to go on from and whether the device must begin anew.

    It must when its cursor is of another epoch, below the floor, beyond the head, or has another hash there.
    """
    if cursor is None:
        return _Start(0)
    if cursor.epoch != epoch:
        return _Start(0, restart=bool(cursor.epoch) or cursor.position > 0)
    if cursor.position == 0 and cursor.hash == GENESIS:
        return _Start(0)
    own = repository.hash_at(connection, head, cursor.position)
    return _Start(cursor.position) if own == cursor.hash else _Start(0, restart=True)


def _needs_snapshot(head: Head, start: _Start, *, asked: bool) -> bool:
    """Below the floor there is no other way. From the very start a snapshot is shorter than a long history.

    A device's own mailbox has late verdicts and no cases, so no snapshot stands for it.
    """
    if start.position < head.floor:
        return True
    is_long = start.position == 0 and head.position >= LONG_HISTORY and head.count < head.position
    return asked and is_long and not is_own_feed(head.feed)


def _page(
    head: Head,
    start: _Start,
    rows: Sequence[Any],
    events: Mapping[str, list[ConfirmedEventMessage]],
    epoch: str,
) -> PageMessage:
    return PageMessage(
        feed=head.feed,
        epoch=epoch,
        head=head.position,
        restart=start.restart,
        snapshot=start.snapshot,
        entries=tuple(_entry(row, events.get(row.case_id, [])) for row in rows),
        holdings=HoldingsMessage(count=head.count, digest=head.digest),
    )


def _entry(row: Any, events: Sequence[ConfirmedEventMessage]) -> EntryMessage:
    kind = EntryKind(row.kind)
    told = events[_first_told(kind, row.revision) : row.revision] if kind in _WITH_EVENTS else ()
    verdict = VerdictMessage.model_validate_json(row.verdict) if row.verdict else None
    return EntryMessage(
        position=row.position,
        kind=kind,
        case_id=row.case_id,
        hash=row.hash,
        events=tuple(told),
        verdict=verdict,
    )


_WITH_EVENTS = frozenset({EntryKind.PUT, EntryKind.EVENT})


def _first_told(kind: EntryKind, revision: int) -> int:
    """A put tells a case from its beginning, an event only the last step."""
    return 0 if kind is EntryKind.PUT else revision - 1


def positions(connection: Connection, feeds: Sequence[str]) -> dict[str, int]:
    """Return where mailboxes end."""
    return {
        feed: head.position
        for chunk in in_chunks(feeds)
        for feed, head in repository.heads(connection, chunk).items()
    }


def note_reading(
    hub: Hub, device: Device, cursors: Iterable[CursorMessage], pages: Iterable[PageMessage]
) -> None:
    """Remember now and then how far a device has read, so that nothing it still needs is removed."""
    now = hub.now()
    if hub.noted.get(device.device_id, _LONG_AGO) > now - NOTED_EVERY:
        return
    good = {page.feed for page in pages if not page.restart and not page.snapshot}
    read = [(cursor.feed, cursor.position) for cursor in cursors if cursor.feed in good]
    if read:
        at = now.isoformat(timespec="milliseconds")
        hub.database.write(lambda connection: shortening.note_read(connection, device.device_id, read, at))
        hub.noted[device.device_id] = now
