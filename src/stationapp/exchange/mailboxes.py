"""Keeping the mailboxes: reading, mending, and finding out whether both sides hold the same."""

from __future__ import annotations

from collections.abc import Sequence

from hubprotocol.messages import ExchangeResponse, PageMessage
from stationapp.exchange import outbox
from stationapp.exchange.course import Course
from stationapp.exchange.feeds import read_page
from stationapp.exchange.pace import Pace
from stationapp.exchange.pages import BrokenMailbox
from stationapp.exchange.references import DeviceKeys
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import HubFault
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.station_store import StationStore
from stationapp.store.units import WriteUnit

# Reading a mailbox from its start is dear: when it did not help, it is not tried again for so many seconds.
REREAD_SECONDS = 3600.0


class MailboxReader:
    """Reads this device's mailboxes; what hinders one of them hinders no other."""

    def __init__(self, store: StationStore, clock: Clock, pace: Pace) -> None:
        self._store = store
        self._clock = clock
        self._pace = pace
        self._reread_at: dict[str, float] = {}

    def read(
        self,
        response: ExchangeResponse,
        keys: DeviceKeys,
        desks: Sequence[str],
        tally: Tally,
        course: Course,
    ) -> tuple[bool, list[PageMessage]]:
        """Take all pages in; return whether they brought anything, and those that reached their head."""
        moved, at_head = False, []
        for page in response.pages:
            if page.feed in course.given_up:
                continue
            reading = read_page(self._store, page, keys, desks, tally)
            moved |= reading.applied > 0
            if reading.trouble is not None:
                moved |= self._mend(page, reading.trouble, tally, course)
            elif reading.at_head:
                at_head.append(page)
        if len(at_head) < len(response.pages):
            self._pace.page.grow()
        return moved, at_head

    def compare(self, pages: Sequence[PageMessage], tally: Tally, course: Course) -> bool:
        """Note whether both sides hold the same; return False when a mailbox has to be read again."""
        again, course.agreed = False, not course.given_up
        with self._store.write() as unit:
            doubted = not all(feed.agreed for feed in unit.mailboxes.agreement())
            unsent = outbox.has_unsent(unit)
            for page in pages:
                equal = self._is_equal(unit, page)
                unit.mailboxes.set_agreed(page.feed, equal and not unsent, self._clock.now())
                course.agreed &= equal and not unsent
                again |= not equal and self._read_again(unit, page, tally)
            for feed in course.given_up:
                unit.mailboxes.set_agreed(feed, False, self._clock.now())
            if course.agreed and doubted:
                self._take_back_unheld(unit, tally)
        return not again

    def _take_back_unheld(self, unit: WriteUnit, tally: Tally) -> None:
        """After mailboxes were read anew: what none of them shows any longer is not ours to show."""
        for case_id in unit.mailboxes.unheld():
            unit.events.evict(case_id)
            tally.touched.add(case_id)

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
        return equal


_UNEQUAL = "本机与县级平台的办件内容不一致，重新读取后仍不一致。请告知县级平台管理员。"
