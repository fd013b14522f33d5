"""Taking in an answer that came on a stick, through the engine's own code: settle, read_page, references.

An answer says how things stood when it was asked for. What has moved on since, by network or by another stick, is
not moved back: every effect is compared with where the station stands now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hubprotocol.courier import records
from hubprotocol.courier.boxes import open_key
from hubprotocol.courier.container import Record, Scan, opened
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import AskingMessage, FileReportMessage, ReceiptMessage
from hubprotocol.courier.stick import StickFile
from hubprotocol.envelope import GENESIS
from hubprotocol.failpoints import here
from hubprotocol.messages import ExchangeResponse, PageMessage, ReferenceResponse, SnapshotMessage
from stationapp.exchange import orders, outbox
from stationapp.exchange.courier import ledger
from stationapp.exchange.courier.comparing import compare
from stationapp.exchange.courier.shelves import Documents, Snapshots
from stationapp.exchange.engine import follow
from stationapp.exchange.feeds import read_page
from stationapp.exchange.outbox import Lost
from stationapp.exchange.pace import Pace
from stationapp.exchange.references import DeviceKeys, ReferenceReader
from stationapp.exchange.snapshots import SnapshotReader
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import HubFault, ProtocolTooOld
from stationapp.platform.atomic_files import Damaged
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import Cursor, Identity
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit, WriteUnit


@dataclass(slots=True)
class _Enclosed:
    """What was in an answer, besides scans."""

    receipt: ReceiptMessage | None = None
    documents: dict[str, ReferenceResponse] = field(default_factory=dict)
    responses: list[ExchangeResponse] = field(default_factory=list)
    snapshots: list[SnapshotMessage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AnswerTaken:
    """What an answer brought: acts the hub now has, entries, scans; `reports` are about our files.

    `is_old` says that it had been overtaken in everything, `locked` that the hub locked this PC, `lost` what a hub
    restored from a backup has no more.
    """

    settled: int
    received: int
    scans: int
    reports: tuple[FileReportMessage, ...]
    touched: frozenset[str]
    renewed: frozenset[str]
    troubles: tuple[Unavailable, ...]
    is_old: bool
    locked: bool = False
    lost: Lost | None = None


@dataclass(frozen=True, slots=True)
class _Settled:
    """How many acts of this PC the hub has by this answer, and what it lost of those it once had."""

    acts: int
    lost: Lost | None = None


class AnswerReader:
    """Takes answers in at one station."""

    def __init__(self, store: StationStore, files: AttachmentFiles, clock: Clock, identity: Identity) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._identity = identity

    def take(self, file: StickFile, found: Scan) -> AnswerTaken:
        """Take in a scanned answer whose signature was checked. Raises CourierFault, OSError or Unavailable."""
        key = open_key(self._identity.device_seed, bytes.fromhex(found.header.key))
        enclosed = self._messages(file, found, key)
        receipt = enclosed.receipt
        if receipt is None or receipt.device != self._identity.device:
            raise CourierFault("bad-content", "receipt")
        tally, restricted = Tally(), self._hear(enclosed.responses)
        if not restricted:
            self._take_documents(enclosed, receipt.asked, tally)
        done = self._settle(receipt, found.header.number, enclosed.responses, tally)
        here("station.courier.after-verdicts")
        if not restricted:
            self._read_pages(receipt.asked, enclosed, tally)
        here("station.courier.after-pages")
        scans = 0 if restricted else self._take_scans(file, found, key)
        here("station.courier.after-scans")
        noted = self._note(receipt, found, enclosed.responses)
        if not restricted:
            noted |= self._compare(receipt, enclosed.responses, tally, lost=done.lost is not None)
        moved = restricted or done.acts or done.lost or tally.received or scans or tally.renewed or noted
        return AnswerTaken(
            done.acts,
            tally.received,
            scans,
            receipt.files,
            frozenset(tally.touched),
            frozenset(tally.renewed),
            tuple(tally.troubles),
            not moved,
            restricted,
            done.lost,
        )

    def _hear(self, responses: Sequence[ExchangeResponse]) -> bool:
        """Hear what the hub orders; return whether it locks this PC. Raises HubFault for a forged order."""
        given = [response.order for response in responses if response.order is not None]
        return orders.hear(self._store, self._identity, given[-1] if given else None).restricts

    def _messages(self, file: StickFile, found: Scan, key: bytes) -> _Enclosed:
        """Read all messages; nothing has an effect before the whole file was compared with what was signed."""
        enclosed = _Enclosed()
        with file.opened() as stream:
            for record in opened(stream, found, key):
                _put(enclosed, record)
        return enclosed

    def _take_documents(self, enclosed: _Enclosed, asked: AskingMessage, tally: Tally) -> None:
        """A document is newer only where the station still has the version it had when it asked."""
        with self._store.read() as unit:
            here = unit.references.versions()
        newer = {
            name: document.version
            for name, document in enclosed.documents.items()
            if asked.references.get(name) == here.get(name)
        }
        self._references(enclosed).renew(newer, self._identity.hub_public, tally)

    def _references(self, enclosed: _Enclosed) -> ReferenceReader:
        return ReferenceReader(self._store, Documents(enclosed.documents), self._clock)

    def _settle(
        self, receipt: ReceiptMessage, number: int, responses: Sequence[ExchangeResponse], tally: Tally
    ) -> _Settled:
        """Apply the verdicts on acts that have none yet. Raises ChainForked before anything else is applied."""
        with self._store.write() as unit:
            if not _is_of_this_epoch(unit, receipt):
                return _Settled(0)
            if number > ledger.read_ledger(unit, self._identity.device).answer_number:
                for response in responses[-1:]:
                    follow(unit, unit.identity.get() or self._identity, response)
            lost = _go_back(unit, receipt, responses)
            tally.touched |= lost.cases if lost else frozenset()
            before = unit.chain.acknowledged().seq
            for response in responses:
                tally.touched |= _settle_one(unit, response)
            return _Settled(unit.chain.acknowledged().seq - before, lost)

    def _read_pages(self, asked: AskingMessage, enclosed: _Enclosed, tally: Tally) -> None:
        keys = self._references(enclosed).device_keys(self._identity.hub_public)
        given_up: set[str] = set()
        for page in (page for response in enclosed.responses for page in response.pages):
            if page.feed in given_up or not self._follows(asked, page):
                continue
            trouble = self._read_page(page, enclosed.snapshots, keys, tally)
            if trouble is not None:
                given_up.add(page.feed)
                tally.troubles.append(trouble)

    def _read_page(
        self, page: PageMessage, snapshots: Sequence[SnapshotMessage], keys: DeviceKeys, tally: Tally
    ) -> Unavailable | None:
        desks = self._identity.desks
        if not page.snapshot:
            return read_page(self._store, page, keys, desks, tally).trouble
        shelf = Snapshots(snapshots)
        reader = SnapshotReader(self._store, shelf, Pace())
        try:
            # It stops at each page while there is something to send, as it would when a network waits for it.
            while shelf.has_more(page.feed) and reader.take(page, keys, desks, tally):
                pass
        except (HubFault, ProtocolTooOld) as trouble:
            return trouble
        return None

    def _follows(self, asked: AskingMessage, page: PageMessage) -> bool:
        """Tell whether a page goes on from where the station stands, not from where it stood."""
        with self._store.read() as unit:
            now = _place_of(unit, page.feed)
        if page.restart or page.snapshot or (page.epoch != now.epoch and now.position):
            return _asked_place(asked, page.feed) == now
        return (
            bool(page.entries) and page.entries[0].position <= now.position + 1 and page.head > now.position
        )

    def _take_scans(self, file: StickFile, found: Scan, key: bytes) -> int:
        """Keep the scans this station misses; they are what their digests say, or they are not kept."""
        with self._store.read() as unit:
            missing = {row.sha256 for row in unit.attachments.missing_here(10**9)}
        if not missing:
            return 0
        count = 0
        with file.opened() as stream:
            for record in opened(stream, found, key):
                if record.kind == records.ATTACHMENT:
                    sha256, size, blocks = records.read_attachment(record)
                    count += sha256 in missing and self._keep(sha256, size, blocks)
        return count

    def _keep(self, sha256: str, size: int, blocks: Iterator[bytes]) -> bool:
        if not self._files.is_sound(sha256):
            self._files.discard_part(sha256)
            data = b"".join(blocks)
            try:
                self._files.append_part(sha256, 0, data)
                self._files.put(b"") if size == 0 else self._files.finish_part(sha256)
            except Damaged:
                return False
        with self._store.write() as unit:
            unit.attachments.mark_here(sha256)
        return True

    def _note(self, receipt: ReceiptMessage, found: Scan, responses: Sequence[ExchangeResponse]) -> bool:
        """Note which files and scans the hub has; return whether that was news."""
        device = self._identity.device
        answer = ledger.AnswerRead(found.header.number, found.hash, receipt.files)
        with self._store.write() as unit:
            before = self._open_ends(unit)
            if unit.identity.device_and_epoch()[1] == receipt.epoch:
                _note_scans(unit, receipt, responses)
            ledger.note_answer(unit, device, answer)
            return before != self._open_ends(unit)

    def _compare(
        self, receipt: ReceiptMessage, responses: Sequence[ExchangeResponse], tally: Tally, *, lost: bool
    ) -> bool:
        try:
            with self._store.write() as unit:
                return compare(unit, self._clock.now(), receipt, responses, tally, lost=lost)
        except ValueError as error:
            raise CourierFault("bad-content", "time") from error

    def _open_ends(self, unit: ReadUnit) -> tuple[object, int]:
        """What a receipt can be news about: files on their way, and scans the hub lacks."""
        known = ledger.read_ledger(unit, self._identity.device)
        return known.waiting(unit.chain.acknowledged().seq), unit.attachments.count_not_at_hub()


def _put(enclosed: _Enclosed, record: Record) -> None:
    if record.kind == records.RECEIPT:
        enclosed.receipt = records.read_message(record, ReceiptMessage)
    elif record.kind == records.REFERENCE:
        document = records.read_message(record, ReferenceResponse)
        enclosed.documents[document.name] = document
    elif record.kind == records.ANSWER:
        enclosed.responses.append(records.read_message(record, ExchangeResponse))
    elif record.kind == records.SNAPSHOT:
        enclosed.snapshots.append(records.read_message(record, SnapshotMessage))


def _is_of_this_epoch(unit: WriteUnit, receipt: ReceiptMessage) -> bool:
    """Take up the hub's new epoch; an answer of an epoch that is over, or of one not asked in, moves nothing."""
    _, epoch = unit.identity.device_and_epoch()
    if epoch not in (receipt.epoch, receipt.asked.epoch):
        return False
    unit.identity.set_epoch(receipt.epoch)
    return True


def _go_back(unit: WriteUnit, receipt: ReceiptMessage, responses: Sequence[ExchangeResponse]) -> Lost | None:
    """Go back where the hub was restored from a backup since the station asked, unless something moved since."""
    now, asked = unit.chain.acknowledged(), receipt.asked.base
    if (now.seq, now.hash) != (asked.seq, asked.hash):
        return None
    if receipt.acknowledged.seq < asked.seq:
        return outbox.rewind(unit, receipt.acknowledged)
    return outbox.go_back_to_lost(unit, responses[-1]) if responses else None


def _settle_one(unit: WriteUnit, response: ExchangeResponse) -> set[str]:
    after = unit.chain.acknowledged().seq
    last = max((verdict.seq for verdict in response.verdicts), default=0)
    if last <= after:
        return set()
    sent = unit.events.outbox(last - after, 10**9)
    durable = max(response.durable_upto, unit.chain.durable_upto())
    return outbox.settle(unit, sent, response.model_copy(update={"durable_upto": durable}))


def _note_scans(unit: WriteUnit, receipt: ReceiptMessage, responses: Sequence[ExchangeResponse]) -> None:
    for sha256 in receipt.at_hub:
        unit.attachments.mark_at_hub(sha256)
    for need in (need for response in responses for need in response.needed):
        record = unit.attachments.get(need.sha256)
        if record is not None and record.here and record.at_hub and need.sha256 not in receipt.at_hub:
            unit.attachments.mark_not_at_hub(need.sha256)


def _place_of(unit: ReadUnit, feed: str) -> Cursor:
    return unit.mailboxes.cursor(feed) or Cursor(feed, "", 0, GENESIS)


def _asked_place(asked: AskingMessage, feed: str) -> Cursor:
    found = (Cursor(one.feed, one.epoch, one.position, one.hash) for one in asked.cursors if one.feed == feed)
    return next(found, Cursor(feed, "", 0, GENESIS))
