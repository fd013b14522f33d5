"""Taking away the beginning of mailboxes: what every reader has, or what is older than anybody may be away.

A reader whose cursor lies below the floor takes a snapshot; behind the floor positions have no gap. That a case was
taken back stays written for a year, whoever has read it. No snapshot stands for the late verdicts in a device's own
mailbox, so of these only what the device has read goes, however long it is away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from countyhub.devices.repository import is_own_feed
from countyhub.hub import Hub
from countyhub.mailboxes import repository, shortening

KEPT_DAYS = 30
LONGEST_ABSENCE_DAYS = 365
_MARK_EVERY = timedelta(days=1)
_AT_ONCE = 5000
_EVER = ""


@dataclass(frozen=True, slots=True)
class Compacted:
    """What one compaction did: mailboxes that lost entries, and how many entries all of them lost."""

    mailboxes: int
    entries: int


def compact(hub: Hub, days: int = KEPT_DAYS) -> Compacted:
    """Note how far the mailboxes are, and remove what is older than so many days and that nobody needs."""
    now = hub.now()
    hub.database.write(partial(_mark, now=now))
    with hub.database.read() as connection:
        feeds = shortening.feeds(connection)
    return _compact_all(hub, feeds, now, days)


def compact_daily(hub: Hub) -> Compacted:
    """Do the same for those mailboxes that were not looked at for a day and have grown; for being called often."""
    now = hub.now()
    marked = hub.database.write(partial(_mark, now=now))
    return _compact_all(hub, marked, now, KEPT_DAYS)


def _compact_all(hub: Hub, feeds: Iterable[str], now: datetime, days: int) -> Compacted:
    removed = [_compact(hub, feed, now, timedelta(days=days)) for feed in feeds]
    return Compacted(sum(1 for count in removed if count), sum(removed))


def _mark(connection: Connection, now: datetime) -> list[str]:
    """Once a day write how far each mailbox is; of marks older than the longest absence the last suffices."""
    shortening.drop_marks(connection, _text(now - timedelta(days=LONGEST_ABSENCE_DAYS)))
    return shortening.mark(connection, _text(now), _text(now - _MARK_EVERY))


def _compact(hub: Hub, feed: str, now: datetime, kept: timedelta) -> int:
    longest = _text(now - timedelta(days=LONGEST_ABSENCE_DAYS))
    with hub.database.read() as connection:
        floor = repository.heads(connection, [feed])[feed].floor
        ancient = shortening.marked(connection, feed, longest)
        old = shortening.marked(connection, feed, _text(now - kept))
        if is_own_feed(feed):
            target = min(old, shortening.read_by_all(connection, feed, _EVER))
        else:
            target = max(ancient, min(old, shortening.read_by_all(connection, feed, longest)))
    removed = 0
    while floor < target:
        floor = min(target, floor + _AT_ONCE)
        removed += hub.database.write(partial(shortening.cut, feed=feed, floor=floor))
    removed += hub.database.write(partial(shortening.forget_taken_back, feed=feed, upto=min(ancient, floor)))
    return removed


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
