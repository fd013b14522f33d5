"""The audit: comparing what is really stored here with what the hub shows, and fetching just what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hubprotocol.digests import EMPTY_HOLDINGS, add_holding, bucket_of, case_hash, holding
from hubprotocol.messages import CursorMessage, DigestRequest, DigestResponse, HoldingsMessage
from hubprotocol.versions import MAX_VERSION
from stationapp.exchange.feeds import bring, confirmed_hashes, take_back
from stationapp.exchange.pages import BrokenMailbox
from stationapp.exchange.references import DeviceKeys
from stationapp.exchange.snapshots import SnapshotReader
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import Gone, HubFault, HubTransport, PositionGone
from stationapp.platform.clock import Clock, from_text, to_text
from stationapp.store.records import Cursor
from stationapp.store.seats import ContradictionError
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit

EVERY = timedelta(hours=24)
SPREAD = timedelta(hours=4)
CASES_A_BUCKET = 64
MOST_BUCKETS = 256
_AT_ONCE = 50
_SETTING = "audited_at"


@dataclass(frozen=True, slots=True)
class Differences:
    """Cases the hub shows otherwise or that are not here, and cases only we show."""

    wanted: tuple[str, ...]
    extra: tuple[str, ...]


class Auditor:
    """Finds out where station and hub differ, and mends it case by case."""

    def __init__(
        self, store: StationStore, transport: HubTransport, snapshots: SnapshotReader, clock: Clock
    ) -> None:
        self._store = store
        self._transport = transport
        self._snapshots = snapshots
        self._clock = clock

    def is_due(self, device: str) -> bool:
        """Tell whether a day has passed since the last audit, and up to four hours more, other for each PC.

        The first one counts from the first time this is asked: then everything was just read.
        """
        with self._store.read() as unit:
            last = unit.settings.get(_SETTING)
        if not last:
            self.note_done()
            return False
        share = int(device[:4], 16) / 0xFFFF if device else 0.0
        waited = self._clock.now() - from_text(last)
        return waited < timedelta(0) or waited >= EVERY + share * SPREAD  # A clock set back must not stop it.

    def note_done(self) -> None:
        """Note that everything was compared just now."""
        with self._store.write() as unit:
            unit.settings.set(_SETTING, to_text(self._clock.now()))

    def mend(self, feed: str, device: str, keys: DeviceKeys, desks: Collection[str], tally: Tally) -> int:
        """Compare a mailbox with the hub and fetch what differs; return how many cases were mended.

        A hub that does not know the question, or cannot answer it for our position, has mended nothing. Raises
        HubUnreachable, and HubFault for cases that cannot be taken in.
        """
        with self._store.read() as unit:
            cursor = unit.mailboxes.cursor(feed)
            stored = _stored(unit, feed)
        if cursor is None or not cursor.position:
            return 0
        number = max(1, min(MOST_BUCKETS, len(stored) // CASES_A_BUCKET))
        try:
            answer = self._ask(cursor, device, _sums(stored, number), tally)
            return self._mend(cursor, _differences(stored, answer, number), keys, desks, tally)
        except (PositionGone, Gone):
            return 0

    def _ask(
        self, cursor: Cursor, device: str, sums: Sequence[HoldingsMessage], tally: Tally
    ) -> DigestResponse:
        tally.requests += 1
        place = CursorMessage(
            feed=cursor.feed, epoch=cursor.epoch, position=cursor.position, hash=cursor.hash
        )
        return self._transport.digest(
            DigestRequest(protocol=MAX_VERSION, device=device, cursor=place, buckets=tuple(sums))
        )

    def _mend(
        self, cursor: Cursor, found: Differences, keys: DeviceKeys, desks: Collection[str], tally: Tally
    ) -> int:
        """Take back what only we show, fetch what differs, and count anew what the mailbox shows."""
        mended = self._take_back(cursor, found.extra)
        for part in _parts(found.wanted):
            cases = self._snapshots.fetch(cursor, part, keys, tally)
            try:
                with self._store.write() as unit:
                    if unit.mailboxes.cursor(cursor.feed) != cursor:
                        return mended
                    for case in cases:
                        bring(unit, cursor.feed, case.case_id, case.events, desks)
            except (ContradictionError, BrokenMailbox) as contradiction:
                raise HubFault(f"{cursor.feed}: {contradiction}") from contradiction
            mended += len(cases)
        tally.touched.update(found.extra, found.wanted)
        tally.mended += mended
        return mended

    def _take_back(self, cursor: Cursor, extra: Sequence[str]) -> int:
        with self._store.write() as unit:
            miscounted = unit.mailboxes.recount(cursor.feed)
            if unit.mailboxes.cursor(cursor.feed) != cursor:
                return int(miscounted)
            for case_id in extra:
                take_back(unit, cursor.feed, case_id)
        return len(extra) + miscounted


def _stored(unit: ReadUnit, feed: str) -> dict[str, tuple[int, str]]:
    """Return revision and hash of every case a mailbox shows, the hash computed from the stored envelopes."""
    return {
        held.case_id: (held.revision, case_hash(confirmed_hashes(unit, held.case_id, held.revision)))
        for held in unit.mailboxes.held(feed)
    }


def _sums(stored: dict[str, tuple[int, str]], number: int) -> list[HoldingsMessage]:
    counts, totals = [0] * number, [EMPTY_HOLDINGS] * number
    for case_id, (revision, hash_of_case) in stored.items():
        bucket = bucket_of(case_id, number)
        counts[bucket] += 1
        totals[bucket] = add_holding(totals[bucket], holding(case_id, revision, hash_of_case))
    return [HoldingsMessage(count=count, digest=digest) for count, digest in zip(counts, totals, strict=True)]


def _differences(stored: dict[str, tuple[int, str]], answer: DigestResponse, number: int) -> Differences:
    told = {case.case_id: (case.revision, case.hash) for one in answer.differing for case in one.cases}
    buckets = {one.bucket for one in answer.differing}
    wanted = sorted(case_id for case_id, state in told.items() if stored.get(case_id) != state)
    extra = sorted(
        case_id for case_id in stored if bucket_of(case_id, number) in buckets and case_id not in told
    )
    return Differences(tuple(wanted), tuple(extra))


def _parts(case_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(case_ids), _AT_ONCE):
        yield case_ids[start : start + _AT_ONCE]
