"""Sealed files on their way through a carrier's network: pieces in the database, in any order, resumed at will.

The carrier is any device in good standing. It learns what became of the file, which is in the words of the report
anyway, and gets an answer that only the station can open.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from countyhub.acceptance import early
from countyhub.courier import answering, repository
from countyhub.courier.answering import Place, Question
from countyhub.courier.repository import Noted, Spooled
from countyhub.courier.sticks import question_of
from countyhub.courier.taking import take
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.problems import Problem
from hubprotocol.courier.container import Scan
from hubprotocol.courier.messages import (
    MOST_CARRIED_BYTES,
    CarriedAnswerMessage,
    CarryRequest,
    CarryResponse,
    FileReportMessage,
    Taking,
)

PIECE_BYTES = 256 * 1024
MOST_AT_ONCE = 8
STALE_DAYS = 30
PATIENCE = timedelta(hours=1)
"""A carrier whose file did not move on for so long may be dead; another one may go on then."""

_KNOWN = "这份文件以前已经收过，没有重复登记。"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """A file in pieces that are all there."""

    hub: Hub
    spooled: Spooled

    @contextmanager
    def opened(self) -> Iterator[_PieceReader]:
        """Open it at its start."""
        yield _PieceReader(self.hub, self.spooled.hash)


class _PieceReader:
    """The bytes of a file in pieces."""

    def __init__(self, hub: Hub, file_hash: str) -> None:
        self._hub, self._hash, self._place, self._waiting = hub, file_hash, 0, b""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""
        if not self._waiting:
            with self._hub.database.read() as connection:
                self._waiting = repository.piece(connection, self._hash, self._place) or b""
            self._place += 1
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        return data


class _PieceSink:
    """Keeps the bytes of an answer in pieces under a passing name until its hash is known."""

    def __init__(self, hub: Hub, name: str) -> None:
        self._hub, self._name, self._place, self._waiting = hub, name, 0, bytearray()

    def write(self, data: bytes) -> None:
        """Take bytes."""
        self._waiting += data
        while len(self._waiting) >= PIECE_BYTES:
            self._keep(bytes(self._waiting[:PIECE_BYTES]))
            del self._waiting[:PIECE_BYTES]

    def finish(self) -> None:
        """Keep the rest."""
        if self._waiting:
            self._keep(bytes(self._waiting))

    def _keep(self, data: bytes) -> None:
        place, self._place = self._place, self._place + 1
        self._hub.database.write(lambda one: repository.add_fresh_piece(one, self._name, place, data))


def announce(hub: Hub, carrier: Device, request: CarryRequest) -> CarryResponse:
    """Tell how far a file is; when all of it is there, take it and tell what came of it.

    Raises Problem `too-large`, `carried-by-another`, or `wrong-digest` when the pieces are not what was announced:
    they are gone then.
    """
    if request.size > MOST_CARRIED_BYTES:
        raise Problem("too-large", f"at most {MOST_CARRIED_BYTES} bytes")
    known = _known(hub, request.hash)
    if known is not None:
        return known
    spooled, missing = hub.database.write(lambda one: _begin(one, hub, carrier, request))
    if missing * PIECE_BYTES < spooled.size:
        return CarryResponse(piece_size=PIECE_BYTES, missing=missing)
    return _take(hub, spooled)


def put_piece(hub: Hub, carrier: Device, file_hash: str, place: int, data: bytes) -> None:
    """Keep a piece. Raises Problem `not-found` for a file not announced, `bad-request` for a piece of another size."""

    def work(connection: Connection) -> None:
        spooled = repository.spooled(connection, file_hash)
        if spooled is None or spooled.carrier != carrier.device_id:
            raise Problem("not-found")
        if not data or len(data) != min(PIECE_BYTES, spooled.size - place * PIECE_BYTES):
            raise Problem("bad-request", "piece")
        repository.add_piece(connection, file_hash, place, data)
        repository.note_progress(connection, file_hash, hub.stamp())

    hub.database.write(work)


def answer_piece(hub: Hub, file_hash: str, place: int) -> bytes:
    """Return a piece of an answer. Raises Problem `not-found`, also for files on their way up."""
    with hub.database.read() as connection:
        spooled = repository.spooled(connection, file_hash)
        data = repository.piece(connection, file_hash, place) if spooled and not spooled.carrier else None
    if data is None:
        raise Problem("not-found")
    return data


def forget_stale(hub: Hub) -> int:
    """Forget what nobody finished or fetched in a month; return how many files. All of it can come again."""
    before = (hub.now() - timedelta(days=STALE_DAYS)).isoformat(timespec="milliseconds")

    def work(connection: Connection) -> int:
        stale = repository.stale_spools(connection, before)
        for one in stale:
            repository.drop_spool(connection, one)
        return len(stale)

    return hub.database.write(work)


def _begin(connection: Connection, hub: Hub, carrier: Device, request: CarryRequest) -> tuple[Spooled, int]:
    for old in repository.spools_of(connection, carrier.device_id)[MOST_AT_ONCE:]:
        if old != request.hash:
            repository.drop_spool(connection, old)
    wanted = Spooled(request.hash, request.size, carrier.device_id, "")
    repository.begin_spool(connection, wanted, hub.stamp())
    patient_since = (hub.now() - PATIENCE).isoformat(timespec="milliseconds")
    repository.take_over(connection, request.hash, carrier.device_id, patient_since, hub.stamp())
    spooled = repository.spooled(connection, request.hash)
    if spooled is None or spooled.carrier != carrier.device_id:
        raise Problem("carried-by-another")
    if spooled.size != request.size:  # A hash has one size: whoever announced it first was wrong.
        repository.drop_spool(connection, request.hash)
        repository.begin_spool(connection, wanted, hub.stamp())
    return wanted, repository.first_missing(connection, request.hash)


def _known(hub: Hub, file_hash: str) -> CarryResponse | None:
    """A file that was taken, and whose answer still lies here, need not come again.

    One that came too early does once what it waited for is there: then its answer tells more.
    """
    with hub.database.read() as connection:
        noted = repository.noted(connection, file_hash)
        answer = repository.spooled(connection, noted.answer) if noted and noted.answer else None
        number = repository.last_answer(connection, noted.device)[0] if noted else 0
        follows = noted is not None and noted.taking == Taking.EARLY and not _waits(connection, noted)
    if noted is None or answer is None or follows:
        return None
    told = Taking.AGAIN if noted.taking == Taking.TAKEN else Taking(noted.taking)
    report = FileReportMessage(
        taking=told, text=_KNOWN, device=noted.device, number=noted.number, hash=file_hash
    )
    waiting = CarriedAnswerMessage(
        hash=answer.hash, size=answer.size, device=noted.device, number=number, manifest=answer.manifest
    )
    return CarryResponse(piece_size=PIECE_BYTES, report=report, answer=waiting)


def _waits(connection: Connection, noted: Noted) -> bool:
    """Whether a file's records are still waiting: they were kept at the moment the file was noted."""
    return early.waits(connection, noted.device, noted.at)


def _take(hub: Hub, spooled: Spooled) -> CarryResponse:
    _require_whole(hub, spooled)
    taken = take(hub, SpoolFile(hub, spooled))
    question = question_of([taken])
    answer = _answer(hub, question) if question is not None else None
    hub.database.write(lambda connection: repository.drop_spool(connection, spooled.hash))
    return CarryResponse(piece_size=PIECE_BYTES, report=taken.report, answer=answer)


def _require_whole(hub: Hub, spooled: Spooled) -> None:
    """Compare what came with what was announced, whatever it is."""
    found, reader = hashlib.sha256(), _PieceReader(hub, spooled.hash)
    while data := reader.read(PIECE_BYTES):
        found.update(data)
    if found.hexdigest() != spooled.hash:
        hub.database.write(lambda connection: repository.drop_spool(connection, spooled.hash))
        raise Problem("wrong-digest")


def _answer(hub: Hub, question: Question) -> CarriedAnswerMessage:
    """Write an answer into pieces; the one before it is dropped, since it says less."""
    number = answering.next_number(hub, question.device)
    text = answering.text_of(hub, question, number)
    passing = f"passing {hub.random_bytes(16).hex()}"
    # A row for it, so that what a crash leaves behind is forgotten in time.
    begun = Spooled(passing, 0, repository.BEING_WRITTEN, "")
    hub.database.write(lambda connection: repository.begin_spool(connection, begun, hub.stamp()))
    sink = _PieceSink(hub, passing)
    written = answering.write(hub, question, Place(number, text, sink.write))
    sink.finish()
    before = answering.note_written(hub, question, number, written)

    def name(connection: Connection) -> None:
        repository.rename_pieces(connection, passing, written.hash)
        repository.drop_spool(connection, passing)
        repository.begin_spool(
            connection, Spooled(written.hash, written.size, "", text.decode()), hub.stamp()
        )
        if before and before != written.hash:
            repository.drop_spool(connection, before)

    hub.database.write(name)
    return _carried(question, number, text, written)


def _carried(question: Question, number: int, text: bytes, written: Scan) -> CarriedAnswerMessage:
    return CarriedAnswerMessage(
        hash=written.hash,
        size=written.size,
        device=question.device.device_id,
        number=number,
        manifest=text.decode(),
    )
