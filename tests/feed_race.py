"""Writers that append to mailboxes all at once, and readers that follow and check every step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from countyhub.database import Database
from countyhub.mailboxes import service
from countyhub.mailboxes.fan_out import Delivery, write
from hubprotocol.digests import next_mailbox_hash
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import (
    CursorMessage,
    EntryKind,
    ExchangeRequest,
    PageMessage,
    Result,
    VerdictMessage,
)

EPOCH = "race"
_PAGE = 1000
_HEAD = {"protocol": 1, "device": "race", "sent_at": "", "base": {"seq": 0, "hash": GENESIS}}


@dataclass(frozen=True)
class Race:
    """So many writers, each with so many events in batches of so many, over these mailboxes."""

    writers: int
    events: int
    batch: int
    feeds: tuple[str, ...]


@dataclass
class Follower:
    """A reader of one mailbox: checks that n + 1 follows n, that the hash fits, and keeps who wrote what."""

    feed: str
    position: int = 0
    hash: str = GENESIS
    faults: list[str] = field(default_factory=list)
    seen: set[tuple[str, int]] = field(default_factory=set)

    def read(self, database: Database) -> int:
        """Read one page as a station would; return how many entries it had."""
        cursor = CursorMessage(feed=self.feed, epoch=EPOCH, position=self.position, hash=self.hash)
        request = ExchangeRequest(**_HEAD, cursors=(cursor,), page_size=_PAGE)
        with database.read() as connection:
            (page,) = service.pages(connection, [self.feed], request, EPOCH)
        self._check(page)
        return len(page.entries)

    def _check(self, page: PageMessage) -> None:
        if page.restart:
            self.faults.append(f"{self.feed}: cursor at {self.position} not known any more")
        for entry in page.entries:
            assert entry.verdict is not None
            verdict = entry.verdict
            subjects = (str(verdict.seq), verdict.result.value, str(verdict.revision))
            expected = next_mailbox_hash(
                self.hash, self.position + 1, entry.kind.value, entry.case_id, subjects
            )
            if (entry.position, entry.hash) != (self.position + 1, expected):
                self.faults.append(f"{self.feed}: {entry.position} after {self.position}")
            self.position, self.hash = entry.position, entry.hash
            self.seen.add((entry.case_id, verdict.seq))


@dataclass(frozen=True)
class Finish:
    """What came of a race: events written, events no reader saw, what readers found wrong, seconds."""

    written: int
    missed: int
    faults: tuple[str, ...]
    seconds: float


def run(database: Database, race: Race) -> Finish:
    """Let all write and read at once until everything is written and read."""
    done = threading.Event()
    followers = [Follower(feed) for feed in race.feeds]
    database.write(lambda connection: write(connection, [_delivery(feed, "start", 0) for feed in race.feeds]))
    begin = time.perf_counter()
    with ThreadPoolExecutor(race.writers + len(followers)) as pool:
        reading = [pool.submit(_follow, database, one, done.is_set) for one in followers]
        try:
            writing = [pool.submit(_write, database, race, number) for number in range(race.writers)]
            wanted = set().union(*(one.result() for one in writing))
        finally:
            done.set()
        for one in reading:
            one.result()
    seconds = time.perf_counter() - begin
    seen = {(one.feed, *event) for one in followers for event in one.seen if event[0] != "start"}
    faults = [fault for one in followers for fault in one.faults]
    faults += [f"{event} was never written" for event in sorted(seen - wanted)[:10]]
    return Finish(len(wanted), len(wanted - seen), tuple(faults), seconds)


def _write(database: Database, race: Race, number: int) -> set[tuple[str, str, int]]:
    written = set()
    for start in range(0, race.events, race.batch):
        serials = range(start, min(start + race.batch, race.events))
        rows = [
            (race.feeds[(number + serial) % len(race.feeds)], f"writer-{number}", serial)
            for serial in serials
        ]
        database.write(partial(_append, deliveries=[_delivery(*row) for row in rows]))
        written |= set(rows)
    return written


def _append(connection: Connection, deliveries: list[Delivery]) -> None:
    write(connection, deliveries)


def _follow(database: Database, follower: Follower, is_done: Callable[[], bool]) -> None:
    """Read on; stop when nothing came although the writers had finished before it was asked."""
    while True:
        finished = is_done()
        if follower.read(database) == 0 and finished:
            return


def _delivery(feed: str, writer: str, serial: int) -> Delivery:
    verdict = VerdictMessage(seq=serial, event_id=f"{writer}-{serial}", result=Result.ACCEPTED, revision=1)
    subjects = (str(serial), verdict.result.value, "1")
    return Delivery(feed, EntryKind.VERDICT, writer, 1, subjects, verdict=verdict.model_dump_json())
