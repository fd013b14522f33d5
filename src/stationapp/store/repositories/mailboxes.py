"""The mailboxes this PC reads: how far, what they make visible, and whether hub and station agree."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.dialects.sqlite import insert

from hubprotocol.digests import EMPTY_HOLDINGS, add_holding, holding
from hubprotocol.envelope import GENESIS
from stationapp.store.moments import from_optional, to_micros
from stationapp.store.records.events import EventStatus, Moment
from stationapp.store.records.exchange import Cursor, FeedAgreement, Holding, Holdings
from stationapp.store.repositories.base import AnyRow, Prepared, Repository
from stationapp.store.repositories.case_keys import CaseKeys
from stationapp.store.repositories.projections import Projections
from stationapp.store.tables import CaseKeyRow, EventRow, FeedRow, HoldingRow
from stationapp.store.tables.base import names_of, table_of

_FEEDS, _HOLDINGS = table_of(FeedRow), table_of(HoldingRow)
_KEYS, _EVENTS = table_of(CaseKeyRow), table_of(EventRow)
_ALL = select(_FEEDS).order_by(_FEEDS.c.feed)
_ONE = select(_FEEDS).where(_FEEDS.c.feed == bindparam("of_feed"))
_THIS_HOLDING = (_HOLDINGS.c.feed == bindparam("of_feed"), _HOLDINGS.c.case_id == bindparam("of_case"))
_HOLDING = Prepared(select(_HOLDINGS.c.revision, _HOLDINGS.c.hash).where(*_THIS_HOLDING))
_HELD = select(_HOLDINGS).order_by(_HOLDINGS.c.feed, _HOLDINGS.c.case_id)
_HELD_BY = _HELD.where(_HOLDINGS.c.feed == bindparam("of_feed"))
_UNHELD = (
    select(_KEYS.c.case_id)
    .where(
        _KEYS.c.taken_back.is_(False),
        exists().where(_EVENTS.c.case_key == _KEYS.c.key, _EVENTS.c.status == EventStatus.CONFIRMED.value),
        ~exists().where(_HOLDINGS.c.case_id == _KEYS.c.case_id),
    )
    .order_by(_KEYS.c.key)
)
_PUT = insert(_FEEDS)
_FEED_NAMES = names_of(_FEEDS)
_GET_FEED = Prepared(
    select(*(_FEEDS.c[name] for name in _FEED_NAMES)).where(_FEEDS.c.feed == bindparam("of_feed"))
)
_SET_FEED = Prepared(
    _PUT.values({name: bindparam(name) for name in _FEED_NAMES}).on_conflict_do_update(
        ["feed"], set_={name: _PUT.excluded[name] for name in _FEED_NAMES if name != "feed"}
    )
)
_HOLD = insert(_HOLDINGS)
_SET_HOLDING = Prepared(
    _HOLD.values({name: bindparam(name) for name in names_of(_HOLDINGS)}).on_conflict_do_update(
        ["feed", "case_id"], set_={"revision": _HOLD.excluded.revision, "hash": _HOLD.excluded.hash}
    )
)
_DROP = delete(_HOLDINGS).where(*_THIS_HOLDING)
_DROP_ALL = delete(_HOLDINGS).where(_HOLDINGS.c.feed == bindparam("of_feed"))
_FORGET_FEED = delete(_FEEDS).where(_FEEDS.c.feed == bindparam("of_feed"))
_FRESH = {"epoch": "", "position": 0, "hash": GENESIS, "count": 0, "digest": EMPTY_HOLDINGS}
_UNSURE = {"agreed": False, "agreed_at": None}


class MailboxQueries(Repository):
    """Reads cursors and holdings."""

    def cursors(self) -> list[Cursor]:
        """Return how far every mailbox was read."""
        return [_cursor(row) for row in self._connection.execute(_ALL)]

    def cursor(self, feed: str) -> Cursor | None:
        """Return how far one mailbox was read, or None for one never read."""
        row = self._connection.execute(_ONE, {"of_feed": feed}).one_or_none()
        return _cursor(row) if row is not None else None

    def holdings(self, feed: str) -> Holdings:
        """Return how many cases a mailbox makes visible and the sum over them."""
        values = self._feed(feed)
        return Holdings(values["count"], values["digest"])

    def held(self, feed: str | None = None) -> list[Holding]:
        """Return every case one mailbox, or any, makes visible."""
        rows = self._connection.execute(
            _HELD if feed is None else _HELD_BY, {} if feed is None else {"of_feed": feed}
        )
        return [Holding(*row) for row in rows]

    def unheld(self) -> list[str]:
        """Return cases with confirmed events that no mailbox makes visible: after a full reading they are stale."""
        return list(self._connection.execute(_UNHELD).scalars())

    def agreement(self) -> list[FeedAgreement]:
        """Return for every mailbox whether hub and station hold the same."""
        rows = self._connection.execute(_ALL)
        return [
            FeedAgreement(row.feed, row.position, row.agreed, from_optional(row.agreed_at)) for row in rows
        ]

    def _feed(self, feed: str) -> dict[str, Any]:
        row = _GET_FEED.one(self._connection, {"of_feed": feed})
        return dict(zip(_FEED_NAMES, row, strict=True)) if row else {"feed": feed, **_FRESH, **_UNSURE}


class Mailboxes(MailboxQueries):
    """Moves cursors and keeps holdings, in the same transaction as the effects of the entries."""

    def advance(self, cursor: Cursor) -> None:
        """Note how far a mailbox was read. Raises ValueError for a step back, which only `reset` may do."""
        values = self._feed(cursor.feed)
        if values["epoch"] == cursor.epoch and cursor.position < values["position"]:
            raise ValueError(f"{cursor.position} lies before {values['position']}")
        place = {"epoch": cursor.epoch, "position": cursor.position, "hash": cursor.hash}
        _SET_FEED.run(self._connection, values | place)

    def reset(self, feed: str, epoch: str) -> None:
        """Begin a mailbox anew in an epoch: nothing read, nothing held. No event is touched."""
        self._connection.execute(_DROP_ALL, {"of_feed": feed})
        _SET_FEED.run(self._connection, {"feed": feed, **_FRESH, **_UNSURE, "epoch": epoch})

    def forget(self, feed: str) -> None:
        """Forget a mailbox this PC reads no longer: cursor and holdings. No event is touched."""
        self._connection.execute(_DROP_ALL, {"of_feed": feed})
        self._connection.execute(_FORGET_FEED, {"of_feed": feed})

    def hold(self, feed: str, case_id: str, revision: int, case_hash: str) -> None:
        """Note that a mailbox makes a case visible, at a revision and with the hash over its events."""
        self._change(feed, case_id, holding(case_id, revision, case_hash))
        row = {"feed": feed, "case_id": case_id, "revision": revision, "hash": case_hash}
        _SET_HOLDING.run(self._connection, row)

    def drop(self, feed: str, case_id: str) -> None:
        """Note that a mailbox makes a case visible no longer."""
        self._change(feed, case_id, None)
        self._connection.execute(_DROP, {"of_feed": feed, "of_case": case_id})
        key = CaseKeys(self._connection).find(case_id)
        projections = Projections(self._connection)
        if key is not None and projections.taken_back(key):
            projections.renew(key)

    def recount(self, feed: str) -> bool:
        """Make the mailbox's sum anew from the cases it makes visible; tell whether it was wrong."""
        before = self._feed(feed)
        values = before | {"count": 0, "digest": EMPTY_HOLDINGS}
        for one in self.held(feed):
            values["count"] += 1
            values["digest"] = add_holding(values["digest"], holding(one.case_id, one.revision, one.hash))
        _SET_FEED.run(self._connection, values)
        return values != before

    def set_agreed(self, feed: str, agreed: bool, at: Moment) -> None:
        """Note whether hub and station hold the same in a mailbox."""
        _SET_FEED.run(self._connection, self._feed(feed) | {"agreed": agreed, "agreed_at": to_micros(at)})

    def _change(self, feed: str, case_id: str, part: str | None) -> None:
        """Take a case's old part out of the mailbox's sum and put its new one in."""
        values = self._feed(feed)
        old = _HOLDING.one(self._connection, {"of_feed": feed, "of_case": case_id})
        if old is not None:
            values["digest"] = add_holding(values["digest"], holding(case_id, *old))
            values["count"] -= 1
        if part is not None:
            values["digest"] = add_holding(values["digest"], part)
            values["count"] += 1
        _SET_FEED.run(self._connection, values)


def _cursor(row: AnyRow) -> Cursor:
    return Cursor(row.feed, row.epoch, row.position, row.hash)
