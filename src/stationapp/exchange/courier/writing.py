"""Writing a sealed file: what the hub has not acknowledged, as it is, onto a stick.

Every file holds all that is unsent, so a lost stick costs nothing but its way; `only_new` leaves out what
earlier files hold. Acts stay "only here" whatever lies on sticks: the hub's receipt changes that, nothing else.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, takewhile
from pathlib import Path

from hubprotocol.courier import manifest, records
from hubprotocol.courier.boxes import STREAM_KEY_BYTES, seal_key
from hubprotocol.courier.container import Scan, Writer
from hubprotocol.courier.messages import (
    FORMAT,
    MOST_LOST,
    AskingMessage,
    Direction,
    HeaderMessage,
    LostMessage,
    RunMessage,
)
from hubprotocol.courier.stick import (
    PART_BYTES,
    StickFile,
    StickWriter,
    folder_of,
    name_of,
    read_back,
    remove,
)
from hubprotocol.device_messages import KeyChangeMessage
from hubprotocol.envelope import Envelope
from hubprotocol.failpoints import here
from hubprotocol.key_changes import KeyChange
from hubprotocol.messages import AttachmentOffer, ChainHeadMessage, CursorMessage, EnvelopeMessage
from hubprotocol.versions import MAX_VERSION
from stationapp.exchange import outbox
from stationapp.exchange.courier import stash
from stationapp.exchange.courier.ledger import Ledger, WrittenFile, note_written, read_ledger, reserve_number
from stationapp.exchange.courier.troubles import stick_troubles_told
from stationapp.exchange.key_changes import own_changes
from stationapp.platform.clock import Clock, to_text
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import AttachmentRecord, Identity
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit

_RUN = 200
_ALL = 10**9
_AROUND_BYTES = 1024  # More than stands around the body of an envelope.
_MOST_BYTES = 24 * 1024 * 1024
"""About so many bytes of envelopes go into one file: well below the 64 MiB of JSON that the hub takes of one."""
_ROOM_BYTES = 1024 * 1024
_MEGA = 1_000_000

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are written."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to go: envelopes as they are, attachments the hub lacks, and how things stand here.

    `left` counts the envelopes that do not fit into this file any more; the scans that they are the first to need go
    with them. `lost` are first and last places of stretches that a damaged disk does not give any more, `lost_receipts`
    places of them with the receipt numbers of their cases.
    """

    identity: Identity
    asking: AskingMessage
    envelopes: tuple[Envelope, ...]
    attachments: tuple[AttachmentRecord, ...]
    receipt_numbers: tuple[str, ...]
    cases: int
    own_name: str = ""
    hand_to: str = ""
    changes: tuple[KeyChange, ...] = ()
    left: int = 0
    lost: tuple[tuple[int, int], ...] = ()
    lost_receipts: tuple[tuple[int, str], ...] = ()

    @property
    def size(self) -> int:
        """About how many bytes it will take."""
        texts = sum(len(one.body.encode()) for one in self.envelopes)
        return texts + sum(one.size for one in self.attachments) + _ROOM_BYTES


@dataclass(frozen=True, slots=True)
class Written:
    """A file that lies on the stick, was read back, and was found to be what was meant."""

    file: StickFile
    number: int
    size: int
    parcel: Parcel
    skipped: tuple[str, ...]
    """Names of scans that could not be read from this disk; their acts are in the file nevertheless."""
    others: int = 0
    """How many files of other stations went along."""


@dataclass(frozen=True, slots=True)
class Order:
    """Where to write and how. `own_name` is this station's name, `hand_to` to whom people take the stick.

    `beyond` are numbers of files that go the same way as this one: what is in them is left out, as `only_new` leaves
    out what is in any file without a receipt.
    """

    root: Path
    own_name: str = ""
    hand_to: str = ""
    only_new: bool = False
    beyond: tuple[int, ...] = ()
    part_bytes: int = PART_BYTES
    stash: Path | None = None


def gather(store: StationStore, clock: Clock, order: Order) -> Parcel:
    """Return what would be written now. Raises Unavailable before the PC is enrolled."""
    with store.read() as unit:
        identity = unit.identity.get()
        if identity is None:
            raise Unavailable("本机还没有在县级平台登记，请先完成登记。", "no identity")
        ledger = read_ledger(unit, identity.device)
        unsent, missing = _unsent(unit, ledger, order)
        envelopes = tuple(first_of(unsent))
        later = _needed_first(unit, unsent[len(envelopes) :], envelopes)
        attachments = tuple(one for one in missing if one.sha256 not in later)
        cases = list(dict.fromkeys(outbox.ids_of(one)[1] for one in envelopes))
        found = [unit.cases.get(case_id) for case_id in cases]
        return Parcel(
            identity,
            _asking(unit, identity, to_text(clock.now())),
            envelopes,
            attachments,
            tuple(record.case.receipt_number for record in found if record is not None),
            len(cases),
            order.own_name or identity.station,
            order.hand_to or "县级政务服务中心，或上级乡镇便民服务中心",
            tuple(own_changes(unit)),
            len(unsent) - len(envelopes),
        )


def write(
    store: StationStore,
    files: AttachmentFiles,
    clock: Clock,
    order: Order,
    progress: Progress = lambda *_: None,
) -> Written:
    """Write a file, read it back, and note it. Raises Unavailable when the stick is in the way: nothing is lost."""
    parcel = gather(store, clock, order)
    device = parcel.identity.device
    with stick_troubles_told():
        require_room(order.root, parcel)
        with store.write() as unit:
            ledger = reserve_number(unit, device, after_taken_names(order.root, device))
        here("station.courier.after-number")
        file, scan, skipped = place(parcel, ledger, files, order, progress)
        here("station.courier.after-stick")
    at = parcel.asking.made_at
    seqs = [one.seq for one in parcel.envelopes] or [0]
    scans = tuple(one.sha256 for one in parcel.attachments if one.name not in skipped)
    with store.write() as unit:
        note_written(
            unit, device, WrittenFile(ledger.number, scan.hash, at, seqs[0], seqs[-1], parcel.cases, scans)
        )
    return Written(file, ledger.number, scan.size, parcel, skipped, _take_along(order))


def _take_along(order: Order) -> int:
    """Put what waits here for other stations onto the stick too."""
    if order.stash is None:
        return 0
    with stick_troubles_told():
        waiting = stash.kept(order.stash, Direction.UP)
        return sum(stash.put(order.root, one) is not None for one in waiting)


def _unsent(
    unit: ReadUnit, ledger: Ledger, order: Order
) -> tuple[Sequence[Envelope], tuple[AttachmentRecord, ...]]:
    envelopes = unit.events.outbox(_ALL, _ALL)
    attachments = unit.attachments.not_at_hub(_ALL)
    gone = [file for file in ledger.files if file.number in order.beyond]
    gone += ledger.leading(unit.chain.acknowledged().seq) if order.only_new else ()
    before = max((file.last_seq for file in gone), default=0)
    sent = {sha256 for file in gone for sha256 in file.scans}
    rest = [one for one in envelopes if one.seq > before]
    return rest, tuple(one for one in attachments if one.sha256 not in sent)


def first_of(envelopes: Sequence[Envelope]) -> Sequence[Envelope]:
    """Return those that go into one file; the others go with the next."""
    ends = accumulate(len(one.body.encode()) + _AROUND_BYTES for one in envelopes)
    fitting = sum(1 for _ in takewhile(lambda end: end <= _MOST_BYTES, ends))
    return envelopes[: max(1, fitting)]


def _needed_first(unit: ReadUnit, later: Sequence[Envelope], going: Sequence[Envelope]) -> set[str]:
    """Return the scans that no act needs before those of a later file: the hub has room for them when it has that act.

    What acts need that the hub holds back goes with the first file.
    """
    if not later:
        return set()
    held = [row.envelope for row in unit.events.held()]
    return outbox.scans_of(later) - outbox.scans_of(going) - outbox.scans_of(held)


def _asking(unit: ReadUnit, identity: Identity, at: str) -> AskingMessage:
    base = unit.chain.acknowledged()
    return AskingMessage(
        protocol=MAX_VERSION,
        device=identity.device,
        made_at=at,
        epoch=identity.epoch,
        base=ChainHeadMessage(seq=base.seq, hash=base.hash),
        cursors=tuple(
            CursorMessage(feed=row.feed, epoch=row.epoch, position=row.position, hash=row.hash)
            for row in unit.mailboxes.cursors()
        ),
        # Also those that other files hold: one answer, to the newest file, says of all of them whether they arrived.
        offered=tuple(
            AttachmentOffer(sha256=one.sha256, size=one.size) for one in unit.attachments.not_at_hub(_ALL)
        ),
        wanted=tuple(one.sha256 for one in unit.attachments.missing_here(_ALL)),
        references=unit.references.versions(),
    )


def require_room(root: Path, parcel: Parcel) -> None:
    """Raise Unavailable when the stick has less room than the parcel takes."""
    free = shutil.disk_usage(root).free
    if free < parcel.size:
        needed, there = -(-parcel.size // _MEGA), free // _MEGA
        left = f"只剩 {there} MB" if there else "剩余不到 1 MB"
        text = f"U盘空间不够：约需 {needed} MB，{left}，没有写。请清理U盘或换一个U盘。"
        raise Unavailable(text, f"stick: {free} of {parcel.size} bytes")


def after_taken_names(root: Path, device: str) -> int:
    """Return the first number behind those on the stick: a PC restored from a backup may have given them before."""
    folder = folder_of(root, device)
    taken = [int(path.name[1:8]) for path in folder.glob("U[0-9][0-9][0-9][0-9][0-9][0-9][0-9].[0-9]*")]
    return max(taken, default=0) + 1


def place(
    parcel: Parcel, ledger: Ledger, files: AttachmentFiles, order: Order, progress: Progress
) -> tuple[StickFile, Scan, tuple[str, ...]]:
    """Write a parcel as the file of the ledger's number, and read it back; name the scans this disk does not give.

    Raises OSError or NotReadBack; then nothing of it is there.
    """
    identity = parcel.identity
    text = _text(parcel, ledger.number)
    stick = StickWriter(
        folder_of(order.root, identity.device), name_of(Direction.UP, ledger.number), order.part_bytes
    )
    try:
        writer, finish = _writer(
            parcel, ledger, manifest.digest(text), _counted(stick.write, parcel.size, progress)
        )
        skipped = _fill(parcel, files, writer)
        scan = finish()
        file = stick.place(text)
    except BaseException:
        stick.discard()
        raise
    try:
        read_back(file, scan, text)
    except BaseException:
        remove(file)
        raise
    return file, scan, skipped


def _writer(
    parcel: Parcel, ledger: Ledger, text_digest: str, sink: Callable[[bytes], None]
) -> tuple[Writer, Callable[[], Scan]]:
    identity = parcel.identity
    hub = bytes.fromhex(identity.hub_public)
    key = secrets.token_bytes(STREAM_KEY_BYTES)
    previous_number, previous_hash = ledger.previous

    def header(stream: bytes) -> HeaderMessage:
        return HeaderMessage(
            format=FORMAT,
            direction=Direction.UP,
            device=identity.device,
            station=identity.station,
            hub=identity.hub_public,
            number=ledger.number,
            previous_number=previous_number,
            previous_hash=previous_hash,
            made_at=parcel.asking.made_at,
            key=seal_key(hub, key).hex(),
            stream=stream.hex(),
            manifest=text_digest,
            changes=tuple(KeyChangeMessage.pack(one) for one in parcel.changes),
        )

    writer = Writer(sink, key, header)
    return writer, lambda: writer.finish(identity.device_seed)


def _fill(parcel: Parcel, files: AttachmentFiles, writer: Writer) -> tuple[str, ...]:
    """Write everything; return the names of scans this disk does not give."""
    records.write_message(writer, records.ASKING, parcel.asking)
    for message in _lost(parcel):
        records.write_message(writer, records.LOST, message)
    rows = iter(parcel.envelopes)
    while run := tuple(EnvelopeMessage.pack(one) for one in islice(rows, _RUN)):
        records.write_message(writer, records.RUN, RunMessage(envelopes=run))
    skipped = []
    for row in parcel.attachments:
        try:
            data = files.get(row.sha256)
        except Unavailable:
            skipped.append(row.name)
            continue
        records.write_attachment(writer, row.sha256, len(data), (data,))
    return tuple(skipped)


def _lost(parcel: Parcel) -> Iterator[LostMessage]:
    """Say what is lost, in as many messages as it takes; each names a stretch at least."""
    ranges, receipts = parcel.lost, parcel.lost_receipts
    for start in range(0, max(len(ranges), len(receipts)), MOST_LOST):
        some = slice(start, start + MOST_LOST)
        yield LostMessage(ranges=ranges[some] or ranges[:1], receipts=receipts[some])


def _text(parcel: Parcel, number: int) -> bytes:
    contents = manifest.Contents(
        len(parcel.envelopes),
        parcel.cases,
        len(parcel.attachments),
        parcel.receipt_numbers,
        tuple(dict.fromkeys(number for _, number in parcel.lost_receipts)),
    )
    at = parcel.asking.made_at[:16].replace("T", " ")
    station = parcel.identity.station
    return manifest.up_text(station, parcel.own_name, number, at, parcel.hand_to, contents)


def _counted(write_bytes: Callable[[bytes], None], total: int, progress: Progress) -> Callable[[bytes], None]:
    done = 0

    def sink(data: bytes) -> None:
        nonlocal done
        write_bytes(data)
        done += len(data)
        progress(min(done, total), total)

    return sink
