"""Applying mailbox pages: the effects of a page and its cursor advance in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hubprotocol.digests import case_hash
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import ConfirmedEventMessage, EntryKind, PageMessage
from stationapp.domain.events import CaseEvent
from stationapp.exchange.outbox import apply_verdict
from stationapp.exchange.pages import BrokenMailbox, CheckedEntry, CheckedPage, check_page
from stationapp.exchange.references import DeviceKeys
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import HubFault
from stationapp.platform.unavailable import Unavailable
from stationapp.store.records import Cursor, EventStatus
from stationapp.store.seats import ContradictionError
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit, WriteUnit


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a page: entries applied, whether it ends at the mailbox's head, why the rest was not."""

    applied: int
    at_head: bool
    trouble: Unavailable | None = None


Told = Sequence[tuple[ConfirmedEventMessage, CaseEvent]]


def bring(unit: WriteUnit, feed: str, case_id: str, events: Told, desks: Collection[str]) -> None:
    """A case, or one more event of it, is confirmed: record it and hold the case as far as it goes now.

    Raises BrokenMailbox when an event before the last of these is missing.
    """
    unit.events.apply_confirmed(
        [(row.revision, row.received_at, row.envelope.unpack(), event) for row, event in events]
    )
    revision = events[-1][0].revision
    hashes = confirmed_hashes(unit, case_id, revision)
    if len(hashes) != revision:
        raise BrokenMailbox(f"{feed}: {len(hashes)} events at revision {revision}")
    unit.mailboxes.hold(feed, case_id, revision, case_hash(hashes))
    _want_attachments(unit, case_id, desks)


def confirmed_hashes(unit: ReadUnit, case_id: str, revision: int) -> list[str]:
    """Return the hashes of a case's confirmed envelopes up to a revision, computed from what is stored."""
    return [
        stored.envelope.hash
        for stored in unit.events.of_case(case_id)
        if stored.status is EventStatus.CONFIRMED and stored.revision <= revision
    ]


def leave(unit: WriteUnit, feed: str) -> list[str]:
    """Read a mailbox no more and take back what it alone made visible; return the cases it did."""
    cases = [held.case_id for held in unit.mailboxes.held(feed)]
    for case_id in cases:
        take_back(unit, feed, case_id)
    unit.mailboxes.forget(feed)
    return cases


def take_back(unit: WriteUnit, feed: str, case_id: str) -> None:
    """A mailbox makes a case visible no longer; what has unsent acts stays all the same, marked."""
    unit.mailboxes.drop(feed, case_id)
    unit.events.evict(case_id)


def read_page(
    store: StationStore, page: PageMessage, keys: DeviceKeys, desks: Collection[str], tally: Tally
) -> Reading:
    """Check a page behind our cursor, apply what can be applied, and advance the cursor over exactly that."""
    with store.read() as unit:
        before = _cursor(unit, page)
    if not page.restart and before.position and before.epoch != page.epoch:
        return Reading(0, False, BrokenMailbox(f"epoch of {page.feed}"))
    start = Cursor(page.feed, page.epoch, 0, GENESIS) if page.restart else before
    checked = check_page(page, start.position, start.hash, keys)
    try:
        position = _take_in(store, page, before, checked, desks)
    except HubFault as trouble:
        return Reading(0, False, trouble)
    except ContradictionError as contradiction:
        return Reading(0, False, HubFault(f"{page.feed}: {contradiction}"))
    applied = checked.entries if position is not None else ()
    tally.touched.update(entry.message.case_id for entry in applied)
    tally.received += len(applied)
    return Reading(len(applied), position == page.head, checked.trouble)


def _take_in(
    store: StationStore, page: PageMessage, before: Cursor, checked: CheckedPage, desks: Collection[str]
) -> int | None:
    """Apply a checked page in one transaction and return the position reached.

    None when another road brought entries meanwhile: nothing was applied, and the next page starts behind them.
    """
    anew = page.restart or before.epoch != page.epoch
    if not anew and not checked.entries:
        return before.position
    with store.write() as unit:
        if _cursor(unit, page) != before:
            return None
        if anew:
            unit.mailboxes.reset(page.feed, page.epoch)
        for entry in checked.entries:
            _apply(unit, page.feed, entry, desks)
        if not checked.entries:
            return 0
        last = checked.entries[-1].message
        unit.mailboxes.advance(Cursor(page.feed, page.epoch, last.position, last.hash))
        return last.position


def _apply(unit: WriteUnit, feed: str, entry: CheckedEntry, desks: Collection[str]) -> None:
    _EFFECTS[entry.message.kind](unit, feed, entry, desks)


def _bring(unit: WriteUnit, feed: str, entry: CheckedEntry, desks: Collection[str]) -> None:
    if not entry.events:
        raise BrokenMailbox(f"entry {entry.message.position} brings nothing")
    bring(unit, feed, entry.message.case_id, entry.events, desks)


def _take_back(unit: WriteUnit, feed: str, entry: CheckedEntry, _: Collection[str]) -> None:
    take_back(unit, feed, entry.message.case_id)


def _hear_verdict(unit: WriteUnit, _: str, entry: CheckedEntry, __: Collection[str]) -> None:
    """A held or refused envelope of this device has a new answer."""
    verdict = entry.message.verdict
    if verdict is None:
        raise HubFault(f"entry {entry.message.position} without its verdict")
    case_id = entry.message.case_id
    for stored in (*unit.events.of_case(case_id), *unit.events.refused(case_id)):
        if stored.own and stored.event.event_id == verdict.event_id:
            apply_verdict(unit, stored.envelope, verdict)


_EFFECTS = {
    EntryKind.PUT: _bring,
    EntryKind.EVENT: _bring,
    EntryKind.EVICT: _take_back,
    EntryKind.VERDICT: _hear_verdict,
}


def _want_attachments(unit: WriteUnit, case_id: str, desks: Collection[str]) -> None:
    """A desk that works on a case, or will when it signs, needs what was scanned for it."""
    record = unit.cases.get(case_id)
    if record is None or not {record.case.holder, record.case.addressed_to} & set(desks):
        return
    for row in record.case.application.attachments:
        unit.attachments.want(row.sha256, row.size, row.name, row.media_type)


def _cursor(unit: ReadUnit, page: PageMessage) -> Cursor:
    """Return where a mailbox stands; one not read before stands at its start."""
    known = (cursor for cursor in unit.mailboxes.cursors() if cursor.feed == page.feed)
    return next(known, Cursor(page.feed, "", 0, GENESIS))
