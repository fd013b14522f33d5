"""Writing what a damaged disk still gives onto a stick: the same sealed files, and what is lost said in them.

Nothing is noted in the database, which may not be written to: a file's number is above those that can be read and
those on the stick.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hubprotocol.courier.messages import AskingMessage
from hubprotocol.courier.stick import StickFile
from hubprotocol.envelope import Envelope
from hubprotocol.messages import AttachmentOffer, CursorMessage
from hubprotocol.versions import MAX_VERSION
from stationapp.exchange import outbox
from stationapp.exchange.courier import ledger
from stationapp.exchange.courier.ledger import Ledger
from stationapp.exchange.courier.troubles import stick_troubles_told
from stationapp.exchange.courier.writing import (
    Order,
    Parcel,
    Progress,
    after_taken_names,
    first_of,
    place,
    require_room,
)
from stationapp.exchange.key_changes import OWN_SETTING, changes_of
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import AttachmentRecord
from stationapp.store.salvage import Salvage

SETTINGS = (ledger.SETTING, OWN_SETTING)
"""What is asked of a damaged database besides its rows."""


@dataclass(frozen=True, slots=True)
class RescuedFile:
    """A file that lies on the stick and was read back; `skipped` are names of scans this disk does not give."""

    file: StickFile
    number: int
    parcel: Parcel
    skipped: tuple[str, ...]


def write(
    found: Salvage, files: AttachmentFiles, order: Order, at: str, progress: Progress = lambda *_: None
) -> Iterator[RescuedFile]:
    """Write file after file until everything is on the stick; `at` is the moment, as text.

    Raises Unavailable when the stick is in the way; the files before stay, and all may be written again.
    """
    device = found.identity.device
    book = ledger.ledger_of(device, found.settings.get(ledger.SETTING, ""))
    for parcel in _parcels(found, order, at):
        with stick_troubles_told():
            require_room(order.root, parcel)
            book = replace(book, number=max(book.number + 1, after_taken_names(order.root, device)))
            file, scan, skipped = place(parcel, book, files, order, progress)
        yield RescuedFile(file, book.number, parcel, skipped)
        book = _with(book, scan.hash, at)


def _with(book: Ledger, its_hash: str, at: str) -> Ledger:
    """Let the next file name this one as the one before it."""
    return replace(book, files=(*book.files, ledger.WrittenFile(book.number, its_hash, at, 0, 0, 0)))


def _parcels(found: Salvage, order: Order, at: str) -> Iterator[Parcel]:
    """Yield what goes into each file; a scan goes with the first act that needs it, or with the last file."""
    left: Sequence[Envelope] = found.envelopes
    scans: Sequence[AttachmentRecord] = found.scans
    while True:
        envelopes = tuple(first_of(left)) if left else ()
        left = left[len(envelopes) :]
        needed = outbox.scans_of(envelopes)
        going = [one for one in scans if not left or one.sha256 in needed]
        scans = [one for one in scans if one not in going]
        yield _parcel(found, order, at, envelopes, going)
        if not left:
            return


def _parcel(
    found: Salvage,
    order: Order,
    at: str,
    envelopes: tuple[Envelope, ...],
    scans: Sequence[AttachmentRecord],
) -> Parcel:
    unsent = [one for one in envelopes if one.seq > found.acknowledged.seq]
    cases = list(dict.fromkeys(outbox.ids_of(one)[1] for one in unsent))
    return Parcel(
        found.identity,
        _asking(found, at),
        envelopes,
        tuple(scans),
        tuple(filter(None, (found.receipts.get(one) for one in cases))),
        len(cases),
        order.own_name or found.identity.station,
        order.hand_to,
        tuple(changes_of(found.identity.device, found.settings.get(OWN_SETTING, "[]"))),
        lost=tuple(stretches(found.lost)),
        lost_receipts=tuple(
            (seq, number)
            for seq, number in sorted(found.lost.items())
            if number and seq > found.acknowledged.seq
        ),
    )


def _asking(found: Salvage, at: str) -> AskingMessage:
    return AskingMessage(
        protocol=MAX_VERSION,
        device=found.identity.device,
        made_at=at,
        epoch=found.identity.epoch,
        base=outbox.head_message(found.acknowledged),
        cursors=tuple(
            CursorMessage(feed=one.feed, epoch=one.epoch, position=one.position, hash=one.hash)
            for one in found.cursors
        ),
        offered=tuple(AttachmentOffer(sha256=one.sha256, size=one.size) for one in found.scans),
    )


def stretches(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Return first and last of each unbroken stretch of numbers."""
    found: list[tuple[int, int]] = []
    for seq in sorted(seqs):
        if found and seq == found[-1][1] + 1:
            found[-1] = (found[-1][0], seq)
        else:
            found.append((seq, seq))
    return found
