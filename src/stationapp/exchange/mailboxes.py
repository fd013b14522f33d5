"""Keeping the mailboxes: reading, mending, and finding out whether both sides hold the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hubprotocol.messages import ExchangeResponse, PageMessage
from stationapp.exchange import outbox
from stationapp.exchange.audit import Auditor
from stationapp.exchange.course import Course
from stationapp.exchange.feeds import read_page
from stationapp.exchange.pace import Pace
from stationapp.exchange.pages import BrokenMailbox
from stationapp.exchange.references import DeviceKeys
from stationapp.exchange.snapshots import SnapshotReader
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import HubFault, HubTransport, ProtocolTooOld
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.station_store import StationStore
from stationapp.store.units import WriteUnit

# Reading a mailbox from its start is dear: when it did not help, it is not tried again for so many seconds.
REREAD_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who reads: the device, the desks it works for, and the keys by which it knows who sealed what."""

    device: str
    desks: tuple[str, ...]
    keys: DeviceKeys


class MailboxReader:
    """Reads this device's mailboxes; what hinders one of them hinders no other."""

    def __init__(self, store: StationStore, transport: HubTransport, clock: Clock, pace: Pace) -> None:
        self._store = store
        self._clock = clock
        self._pace = pace
        self._snapshots = SnapshotReader(store, transport, pace)
        self._auditor = Auditor(store, transport, self._snapshots, clock)
        self._reread_at: dict[str, float] = {}
        self._mended_at: dict[str, float] = {}
        self._audit_wanted = False

    def want_audit(self) -> None:
        """Compare everything with the hub at the end of the next run, due or not."""
        self._audit_wanted = True

    def read(
        self, response: ExchangeResponse, eyes: Eyes, tally: Tally, course: Course
    ) -> tuple[bool, list[PageMessage]]:
        """Take all pages in; return whether they brought anything, and those that reached their head."""
        moved, at_head = False, []
        for page in sorted(response.pages, key=lambda one: one.snapshot):
            if page.feed in course.given_up:
                continue
            if page.snapshot:
                moved |= self._take_snapshot(page, eyes, tally, course)
                continue
            reading = read_page(self._store, page, eyes.keys, eyes.desks, tally)
            moved |= reading.applied > 0
            if reading.trouble is not None:
                moved |= self._mend(page, reading.trouble, tally, course)
            elif reading.at_head:
                at_head.append(page)
        if len(at_head) < len(response.pages):
            self._pace.page.grow()
        return moved, at_head

    def compare(self, pages: Sequence[PageMessage], eyes: Eyes, tally: Tally, course: Course) -> bool:
        """Note whether both sides hold the same; return False when there is more to exchange first."""
        unequal, course.agreed = [], not course.given_up
        with self._store.write() as unit:
            doubted = not all(feed.agreed for feed in unit.mailboxes.agreement())
            unsent = outbox.has_unsent(unit)
            for page in pages:
                equal = self._is_equal(unit, page)
                unit.mailboxes.set_agreed(page.feed, equal and not unsent, self._clock.now())
                course.agreed &= equal and not unsent
                if not equal:
                    unequal.append(page)
            for feed in course.given_up:
                unit.mailboxes.set_agreed(feed, False, self._clock.now())
            if course.agreed and doubted:
                take_back_unheld(unit, tally)
        again = [self._even_out(page, eyes, tally) for page in unequal]
        return not any(again) and not self._audit(pages, eyes, tally, course)

    def _take_snapshot(self, page: PageMessage, eyes: Eyes, tally: Tally, course: Course) -> bool:
        try:
            return self._snapshots.take(page, eyes.keys, eyes.desks, tally)
        except (HubFault, ProtocolTooOld) as trouble:
            tally.troubles.append(trouble)
            course.given_up.add(page.feed)
            return False

    def _even_out(self, page: PageMessage, eyes: Eyes, tally: Tally) -> bool:
        """Fetch what differs, or failing that all of the mailbox; return whether to compare once more."""
        now, before = self._clock.monotonic(), self._mended_at.get(page.feed)
        if before is None or now - before >= REREAD_SECONDS:
            self._mended_at[page.feed] = now
            if self._mended(page.feed, eyes, tally):
                return True
        with self._store.write() as unit:
            return self._read_again(unit, page, tally)

    def _mended(self, feed: str, eyes: Eyes, tally: Tally) -> bool:
        try:
            return self._auditor.mend(feed, eyes.device, eyes.keys, eyes.desks, tally) > 0
        except (HubFault, ProtocolTooOld) as trouble:
            tally.troubles.append(trouble)
            return False

    def _audit(self, pages: Sequence[PageMessage], eyes: Eyes, tally: Tally, course: Course) -> bool:
        """When both sides say they hold the same and a day has passed, look whether it is true of what is stored.

        Returns whether anything was mended, so that there is something to compare again.
        """
        if not course.agreed or not (self._audit_wanted or self._auditor.is_due(eyes.device)):
            return False
        self._audit_wanted = False
        mended = [self._mended(page.feed, eyes, tally) for page in pages]
        self._auditor.note_done()
        tally.audited += len(pages)
        return any(mended)

    def _read_again(self, unit: WriteUnit, page: PageMessage, tally: Tally) -> bool:
        if self._reread(unit, page):
            return True
        tally.troubles.append(HubFault(f"holdings of {page.feed}", _UNEQUAL))
        return False

    def _mend(self, page: PageMessage, trouble: Unavailable, tally: Tally, course: Course) -> bool:
        """Read a broken mailbox again from its start; return False when it is given up instead."""
        if isinstance(trouble, BrokenMailbox):
            with self._store.write() as unit:
                if self._reread(unit, page):
                    return True
        tally.troubles.append(trouble)
        course.given_up.add(page.feed)
        return False

    def _reread(self, unit: WriteUnit, page: PageMessage) -> bool:
        now, before = self._clock.monotonic(), self._reread_at.get(page.feed)
        if before is not None and now - before < REREAD_SECONDS:
            return False
        self._reread_at[page.feed] = now
        unit.mailboxes.reset(page.feed, page.epoch)
        return True

    def _is_equal(self, unit: WriteUnit, page: PageMessage) -> bool:
        ours = unit.mailboxes.holdings(page.feed)
        equal = (ours.count, ours.digest) == (page.holdings.count, page.holdings.digest)
        if equal:
            self._reread_at.pop(page.feed, None)
            self._mended_at.pop(page.feed, None)
        return equal


def take_back_unheld(unit: WriteUnit, tally: Tally) -> None:
    """After mailboxes were read anew: what none of them shows any longer is not ours to show."""
    for case_id in unit.mailboxes.unheld():
        unit.events.evict(case_id)
        tally.touched.add(case_id)


_UNEQUAL = "本机与县级平台的办件内容不一致，重新读取后仍不一致。请告知县级平台管理员。"
