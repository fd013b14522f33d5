"""Reading a mailbox by its snapshot: page by page, each with the place reached in one transaction.

Whatever was here stays until the mailbox was read to its head: then what no mailbox shows is taken back, unless it
has unsent acts. The outbox is never touched.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from hubprotocol.envelope import GENESIS
from hubprotocol.failpoints import here
from hubprotocol.messages import PageMessage, SnapshotCaseMessage, SnapshotMessage, SnapshotRequest
from stationapp.exchange import outbox
from stationapp.exchange.feeds import Told, bring
from stationapp.exchange.pace import Pace
from stationapp.exchange.pages import read_events
from stationapp.exchange.references import DeviceKeys
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import HubFault, HubUnreachable, PositionGone
from stationapp.store.records import Cursor
from stationapp.store.seats import ContradictionError
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit, WriteUnit

MOST_BEGINNINGS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """How far a snapshot was read: the position it shows, the hash there, and the last case that was taken in."""

    epoch: str
    as_of: int
    hash: str
    after: str


@dataclass(frozen=True, slots=True)
class CheckedCase:
    """A case of a page, with events sealed by the devices they name and without gaps."""

    case_id: str
    events: Told


class Shelf(Protocol):
    """Where pages of snapshots are had: the hub over the network, or a file that was carried here."""

    def snapshot(self, request: SnapshotRequest) -> SnapshotMessage:
        """Return a page. Raises PositionGone when the snapshot has to begin anew."""


class SnapshotReader:
    """Takes snapshots of mailboxes, and of single cases for a repair."""

    def __init__(self, store: StationStore, transport: Shelf, pace: Pace) -> None:
        self._store = store
        self._transport = transport
        self._pace = pace

    def take(self, page: PageMessage, keys: DeviceKeys, desks: Collection[str], tally: Tally) -> bool:
        """Read a mailbox's snapshot on from where it stopped, at least one page of it.

        Ends early when there is something to send; the next exchange leads back here. Returns whether anything was
        taken in. Raises HubFault for a page that cannot be, and HubUnreachable.
        """
        beginnings, taken = 0, False
        while True:
            place = self._place(page.feed)
            try:
                message = self._ask(_request(page.feed, place, self._pace.page.now), tally)
            except PositionGone as gone:
                beginnings += 1
                if beginnings == MOST_BEGINNINGS or place is None:
                    raise HubFault(f"snapshot of {page.feed} begins again and again") from gone
                self._forget(page.feed)
                continue
            if not self._take_in(page.feed, place, message, _checked(message, keys), desks):
                return taken  # Another road brought the mailbox on meanwhile.
            taken = True
            tally.touched.update(case.case_id for case in message.cases)
            tally.received += len(message.cases)
            self._pace.page.grow()
            if not message.next or self._has_unsent():
                return True

    def fetch(
        self, cursor: Cursor, case_ids: Sequence[str], keys: DeviceKeys, tally: Tally
    ) -> list[CheckedCase]:
        """Return single cases as a mailbox shows them at a cursor. Raises PositionGone, HubFault, HubUnreachable."""
        request = SnapshotRequest(
            feed=cursor.feed,
            epoch=cursor.epoch,
            as_of=cursor.position,
            hash=cursor.hash,
            cases=",".join(case_ids),
        )
        return _checked(self._ask(request, tally), keys)

    def _ask(self, request: SnapshotRequest, tally: Tally) -> SnapshotMessage:
        tally.requests += 1
        try:
            message = self._transport.snapshot(request)
        except HubUnreachable:
            self._pace.page.shrink()
            raise
        asked = (request.epoch, request.as_of, request.hash)
        if request.as_of is not None and (message.epoch, message.as_of, message.hash) != asked:
            raise HubFault(f"snapshot of {request.feed} at another position")
        if message.feed != request.feed or (message.next and message.next <= request.after):
            raise HubFault(f"snapshot of {request.feed} does not go on")
        return message

    def _take_in(
        self,
        feed: str,
        place: Place | None,
        message: SnapshotMessage,
        cases: Sequence[CheckedCase],
        desks: Collection[str],
    ) -> bool:
        """Apply a page and note the place reached, in one transaction; False when the page is stale."""
        try:
            with self._store.write() as unit:
                if place is None:
                    unit.mailboxes.reset(feed, message.epoch)
                elif _read_place(unit, feed) != place:
                    return False
                for case in cases:
                    bring(unit, feed, case.case_id, case.events, desks)
                _note(unit, feed, message)
                here("station.snapshot.before-commit")
        except ContradictionError as contradiction:
            raise HubFault(f"{feed}: {contradiction}") from contradiction
        return True

    def _place(self, feed: str) -> Place | None:
        with self._store.read() as unit:
            return _read_place(unit, feed)

    def _forget(self, feed: str) -> None:
        with self._store.write() as unit:
            unit.settings.delete(_name(feed))

    def _has_unsent(self) -> bool:
        with self._store.read() as unit:
            return outbox.has_unsent(unit)


def _request(feed: str, place: Place | None, limit: int) -> SnapshotRequest:
    if place is None:
        return SnapshotRequest(feed=feed, limit=limit)
    return SnapshotRequest(feed=feed, limit=limit, **asdict(place))


def _checked(message: SnapshotMessage, keys: DeviceKeys) -> list[CheckedCase]:
    return [_check(case, keys) for case in message.cases]


def _check(case: SnapshotCaseMessage, keys: DeviceKeys) -> CheckedCase:
    if [row.revision for row in case.events] != list(range(1, len(case.events) + 1)) or not case.events:
        raise HubFault("a snapshot's case with gaps")
    return CheckedCase(case.case_id, read_events(case.events, case.case_id, keys))


def _note(unit: WriteUnit, feed: str, message: SnapshotMessage) -> None:
    """Note the place reached; behind the last page the mailbox goes on from the position it showed."""
    if message.next:
        place = Place(message.epoch, message.as_of, message.hash, message.next)
        held = unit.mailboxes.holdings(feed).digest
        unit.settings.set(_name(feed), json.dumps({"place": asdict(place), "held": held}))
        return
    unit.settings.delete(_name(feed))
    unit.mailboxes.advance(Cursor(feed, message.epoch, message.as_of, message.hash))


def _read_place(unit: ReadUnit, feed: str) -> Place | None:
    """Return where a snapshot stopped; None when its mailbox was read by another road since, or begun anew.

    While a snapshot is under way its mailbox counts as unread, and holds just what its pages brought.
    """
    text = unit.settings.get(_name(feed))
    if not text:
        return None
    noted = json.loads(text)
    place = Place(**noted["place"])
    is_unread = unit.mailboxes.cursor(feed) == Cursor(feed, place.epoch, 0, GENESIS)
    return place if is_unread and unit.mailboxes.holdings(feed).digest == noted["held"] else None


def _name(feed: str) -> str:
    return f"snapshot.{feed}"
