"""Reading mailboxes: the pages behind a device's cursors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from countyhub.mailboxes import repository
from countyhub.mailboxes.repository import Head
from countyhub.problems import Problem
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import (
    ConfirmedEventMessage,
    CursorMessage,
    EntryKind,
    EntryMessage,
    HoldingsMessage,
    PageMessage,
    VerdictMessage,
)


def pages(
    connection: Connection, feeds: Sequence[str], cursors: Iterable[CursorMessage], epoch: str, budget: int
) -> tuple[PageMessage, ...]:
    """Return a page of each of the device's feeds, together at most `budget` entries.

    Raises Problem `foreign-feed` for a cursor into any other feed.
    """
    by_feed = {cursor.feed: cursor for cursor in cursors}
    if not by_feed.keys() <= set(feeds):
        raise Problem("foreign-feed")
    heads = repository.heads(connection, feeds)
    found: list[tuple[Head, bool, list[Any]]] = []
    for feed in feeds:
        start, restart = _start(connection, heads[feed], by_feed.get(feed), epoch)
        rows = repository.entries(connection, feed, start, heads[feed].position, budget) if budget else []
        budget -= len(rows)
        found.append((heads[feed], restart, rows))
    told = {row.case_id for _, _, rows in found for row in rows if row.kind in _WITH_EVENTS}
    events = repository.confirmed_events(connection, told)
    return tuple(_page(head, restart, rows, events, epoch) for head, restart, rows in found)


def _start(connection: Connection, head: Head, cursor: CursorMessage | None, epoch: str) -> tuple[int, bool]:
    """Return the position to go on from and whether the device must begin anew.

    It must when its cursor is of another epoch, beyond the head, or has another hash there than the hub.
    """
    if cursor is None:
        return 0, False
    if cursor.epoch != epoch:
        return 0, bool(cursor.epoch) or cursor.position > 0
    if cursor.position > head.position:
        return 0, True
    own = GENESIS if cursor.position == 0 else repository.hash_at(connection, head.feed, cursor.position)
    return (cursor.position, False) if own == cursor.hash else (0, True)


def _page(
    head: Head,
    restart: bool,
    rows: Sequence[Any],
    events: Mapping[str, list[ConfirmedEventMessage]],
    epoch: str,
) -> PageMessage:
    return PageMessage(
        feed=head.feed,
        epoch=epoch,
        head=head.position,
        restart=restart,
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
