"""One attachment's way down: in one stream on a good road, in pieces on a bad one, resumed where it was cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from stationapp.exchange.journey import Journey
from stationapp.exchange.link import Link, Mode
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import (
    PIECE_BYTES,
    CutShort,
    GoingOn,
    HubTransport,
    HubUnreachable,
    Moved,
    OtherSize,
    Stretch,
    Take,
)
from stationapp.platform.clock import Clock
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import AttachmentRecord

# So much is kept at once: little enough to lose, enough not to wear the disk with every packet.
_KEEP_BYTES = 256 * 1024
_PIECES_AT_ONCE = 64


class Fetcher:
    """Fetches attachments into their encrypted parts; `link` says which way."""

    def __init__(self, files: AttachmentFiles, transport: HubTransport, clock: Clock, link: Link) -> None:
        self._files = files
        self._transport = transport
        self._clock = clock
        self._link = link

    def fetch(self, record: AttachmentRecord, tally: Tally, attend: Callable[[], bool]) -> None:
        """Fetch what is missing of an attachment until all its bytes lie in its part.

        Its digest says what it is. The size in the record was written by whoever made it, and gives way to the hub's.
        Raises `CutShort` when `attend` says stop, and what stands in the way; all of it can be called again.
        """
        journey = Journey(self._link, self._clock, attend)
        total, told = max(1, record.size), False
        while (size := self._files.part_size(record.sha256)) < total:
            journey.begin()
            try:
                self._ask(Stretch(size, total - size, total), record.sha256, tally, journey)
            except CutShort:
                if not journey.turned:
                    raise
            except OtherSize as other:
                if told:
                    raise
                total, told = other.size, True
            except HubUnreachable as trouble:
                journey.stumble(trouble, self._files.part_size(record.sha256))
        self._link.note_whole()

    def _ask(self, rest: Stretch, sha256: str, tally: Tally, journey: Journey) -> None:
        with self._keeping(sha256, rest.offset) as part:
            if self._link.mode is Mode.STREAM:
                tally.requests += 1
                self._transport.download(sha256, rest, part.measured_by(journey.going_on))
                return
            stretches = _pieces(rest)
            tally.requests += len(stretches)
            self._transport.download_pieces(sha256, stretches, part.take, journey.going_on)

    @contextmanager
    def _keeping(self, sha256: str, offset: int) -> Iterator[_Part]:
        """Whatever ends a request, the bytes that came in a row are kept."""
        part = _Part(self._files, sha256, offset)
        try:
            yield part
        finally:
            part.keep()


class _Part:
    """Puts what arrives in a row, and writes it to the encrypted part now and then."""

    def __init__(self, files: AttachmentFiles, sha256: str, offset: int) -> None:
        self._files = files
        self._sha256 = sha256
        self._first = self._kept = offset
        self._row = bytearray()
        self._early: dict[int, bytes] = {}

    def take(self, offset: int, data: bytes) -> bool:
        """Take bytes in any order."""
        self._early[offset] = data
        while (following := self._early.pop(self._kept + len(self._row), None)) is not None:
            self._row += following
        if len(self._row) >= _KEEP_BYTES:
            self.keep()
        return True

    def measured_by(self, going_on: GoingOn) -> Take:
        """Return a `take` that asks after each run of bytes whether to go on."""

        def take(offset: int, data: bytes) -> bool:
            self.take(offset, data)
            return going_on(Moved(offset + len(data) - self._first))

        return take

    def keep(self) -> None:
        """Write down what came in a row; durable on return."""
        if self._row:
            self._kept = self._files.append_part(self._sha256, self._kept, bytes(self._row))
            self._row.clear()


def _pieces(rest: Stretch) -> list[Stretch]:
    end = rest.offset + min(rest.length, _PIECES_AT_ONCE * PIECE_BYTES)
    return [
        Stretch(first, min(PIECE_BYTES, end - first), rest.total)
        for first in range(rest.offset, end, PIECE_BYTES)
    ]
