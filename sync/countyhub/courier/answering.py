"""The answer for a device: a signed receipt, verdicts, mailbox pages, documents and scans, sealed for it alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from countyhub.acceptance import repository as chains
from countyhub.acceptance import service as acceptance
from countyhub.attachments import repository as attachments
from countyhub.courier import repository
from countyhub.devices.keys import hub_keys
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.problems import Problem
from countyhub.references import repository as documents
from countyhub.references import service as references
from countyhub.snapshots import service as snapshots
from hubprotocol.courier import records
from hubprotocol.courier.boxes import STREAM_KEY_BYTES, seal_key
from hubprotocol.courier.container import Scan, Writer
from hubprotocol.courier.manifest import digest, down_text
from hubprotocol.courier.messages import (
    FORMAT,
    AskingMessage,
    Direction,
    FileReportMessage,
    HeaderMessage,
    ReceiptMessage,
    Taking,
)
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import (
    CursorMessage,
    ExchangeRequest,
    ExchangeResponse,
    PageMessage,
    ReferenceResponse,
    SnapshotMessage,
    SnapshotRequest,
)

_AT_ONCE = 500
_VERDICTS_AT_ONCE = 500
_IN = (Taking.TAKEN, Taking.AGAIN)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """To whom an answer goes, how things stood there, and what became of the files it sent."""

    device: Device
    asking: AskingMessage
    reports: tuple[FileReportMessage, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is written: its number, the text beside it, and a sink for its bytes."""

    number: int
    text: bytes
    sink: Callable[[bytes], None]


def text_of(hub: Hub, question: Question, number: int) -> bytes:
    """Return the text for people that lies beside an answer."""
    station = question.device.station
    with hub.database.read() as connection:
        desk = references.current_organisation(connection, hub).desk(station)
    results = [f"第 {one.number} 号文件：{one.text}" for one in question.reports]
    return down_text(station, desk.name if desk else station, number, _for_people(hub.stamp()), results)


def write(hub: Hub, question: Question, place: Place) -> Scan:
    """Write an answer; return what a scan of it finds. What it holds is read while it is written."""
    device = question.device
    with hub.database.read() as connection:
        identity = identities.load(connection)
        before = repository.last_answer(connection, device.device_id)
    key = hub.random_bytes(STREAM_KEY_BYTES)

    def header(stream: bytes) -> HeaderMessage:
        return HeaderMessage(
            format=FORMAT,
            direction=Direction.DOWN,
            device=device.device_id,
            station=device.station,
            hub=identity.public.hex(),
            number=place.number,
            previous_number=before[0],
            previous_hash=before[1] or GENESIS,
            made_at=hub.stamp(),
            key=seal_key(device.public, key).hex(),
            stream=stream.hex(),
            manifest=digest(place.text),
            answers=max((one.number for one in question.reports if one.taking in _IN), default=0),
            changes=hub_keys(hub).changes,
        )

    writer = Writer(place.sink, key, header)
    _fill(hub, question, writer)
    return writer.finish(identity.seed)


def next_number(hub: Hub, device: Device) -> int:
    """Return the number of the next answer for a device."""
    with hub.database.read() as connection:
        return repository.last_answer(connection, device.device_id)[0] + 1


def note_written(hub: Hub, question: Question, number: int, written: Scan) -> str:
    """Note the newest answer for a device; return the hash of the one it takes the place of."""
    device = question.device.device_id

    def work(connection: Connection) -> str:
        for report in question.reports:
            repository.note_answer(connection, report.hash, written.hash)
        return repository.save_answer(connection, device, number, written.hash, hub.stamp())

    return hub.database.write(work)


def _fill(hub: Hub, question: Question, writer: Writer) -> None:
    """Write the receipt first: a station that reads no further knows at least what was taken."""
    records.write_message(writer, records.RECEIPT, _receipt(hub, question))
    if question.device.revoked:  # It is told why nothing was taken, and is given nothing.
        return
    if question.device.lost:  # It is heard, so that nothing unsent is lost, and given nothing but its order.
        _write_told(hub, question, writer)
        return
    with hub.database.read() as connection:
        for document in _newer_documents(connection, question.asking):
            records.write_message(writer, records.REFERENCE, document)
    _write_attachments(hub, question, _write_told(hub, question, writer), writer)


def _write_told(hub: Hub, question: Question, writer: Writer) -> set[str]:
    """Write answers and snapshots; return the cases they tell of."""
    shown: set[str] = set()
    for message in _told(hub, question):
        is_snapshot = isinstance(message, SnapshotMessage)
        records.write_message(writer, records.SNAPSHOT if is_snapshot else records.ANSWER, message)
        shown |= _shown(message)
    return shown


def _receipt(hub: Hub, question: Question) -> ReceiptMessage:
    asking, device = question.asking, question.device
    with hub.database.read() as connection:
        offered = [offer.sha256 for offer in asking.offered]
        needed = attachments.needed_from(connection, device, offered)
        return ReceiptMessage(
            device=device.device_id,
            made_at=hub.stamp(),
            epoch=identities.load(connection).epoch,
            acknowledged=chains.chain_head(connection, device.device_id),
            files=question.reports,
            at_hub=() if device.revoked else tuple(sorted({*offered} - {*needed})),
            asked=asking,
        )


def _newer_documents(connection: Connection, asking: AskingMessage) -> Iterator[ReferenceResponse]:
    """Yield the documents in force that the device has in another version, or not at all."""
    for name, version in sorted(documents.versions(connection).items()):
        found = documents.load(connection, name, version)
        if asking.references.get(name) != version and found is not None:
            yield ReferenceResponse(name=name, version=version, body=found.body, signature=found.signature)


def _told(hub: Hub, question: Question) -> Iterator[ExchangeResponse | SnapshotMessage]:
    """Yield what exchanges without envelopes would answer, until every mailbox is told to its head.

    The verdicts go with the first ones; a page that asks for a snapshot is followed by it. After a fork there is
    nothing to tell but the receipt. What the device says it has counts as read; what is written here does not, since
    the stick may never arrive.
    """
    device, asking = question.device, question.asking
    if any(report.code == "fork" for report in question.reports):
        return
    cursors = {cursor.feed: cursor for cursor in asking.cursors if cursor.feed in device.feeds}
    verdicts_after, more, ask = asking.base.seq, True, acceptance.exchange
    while more:
        try:
            response = ask(hub, device, _request(asking, cursors))
        except Problem as problem:
            log.info("answer for device %s ends: %s", device.device_id, problem.message.code)
            return
        ask = acceptance.tell
        response = _with_verdicts(hub, device, response, verdicts_after)
        # By places, not by what was found in them: those of lost envelopes have no verdict.
        told_upto = min(verdicts_after + _VERDICTS_AT_ONCE, response.acknowledged.seq)
        verdicts_after = max(verdicts_after, told_upto)
        yield response
        more = verdicts_after < response.acknowledged.seq
        for page in response.pages:
            reached = (yield from _snapshot(hub, device, page)) if page.snapshot else _end_of(page)
            if reached is not None:
                cursors[page.feed] = reached
                more |= reached.position < page.head


def _request(asking: AskingMessage, cursors: dict[str, CursorMessage]) -> ExchangeRequest:
    return ExchangeRequest(
        protocol=asking.protocol,
        device=asking.device,
        sent_at=asking.made_at,
        base=asking.base,
        cursors=tuple(cursors.values()),
        page_size=_AT_ONCE,
        snapshots=True,
    )


def _end_of(page: PageMessage) -> CursorMessage | None:
    """Return the cursor behind a page's entries, None when it has none."""
    if not page.entries:
        return None
    last = page.entries[-1]
    return CursorMessage(feed=page.feed, epoch=page.epoch, position=last.position, hash=last.hash)


def _snapshot(hub: Hub, device: Device, page: PageMessage) -> Generator[SnapshotMessage, None, CursorMessage]:
    """Yield a mailbox's snapshot page by page; return the cursor it leads to."""
    request = SnapshotRequest(feed=page.feed, limit=_AT_ONCE)
    while True:
        message = snapshots.page(hub, device, request)
        yield message
        if not message.next:
            return CursorMessage(
                feed=page.feed, epoch=message.epoch, position=message.as_of, hash=message.hash
            )
        place = {"epoch": message.epoch, "as_of": message.as_of, "hash": message.hash, "after": message.next}
        request = request.model_copy(update=place)


def _with_verdicts(hub: Hub, device: Device, response: ExchangeResponse, after: int) -> ExchangeResponse:
    last = min(after + _VERDICTS_AT_ONCE, response.acknowledged.seq)
    with hub.database.read() as connection:
        found = chains.verdicts(connection, device.device_id, after + 1, last)
    return response.model_copy(update={"verdicts": tuple(found[seq] for seq in sorted(found))})


def _shown(message: ExchangeResponse | SnapshotMessage) -> set[str]:
    if isinstance(message, SnapshotMessage):
        return {case.case_id for case in message.cases}
    return {entry.case_id for page in message.pages for entry in page.entries if entry.events}


def _write_attachments(hub: Hub, question: Question, shown: set[str], writer: Writer) -> None:
    """Write the scans the device asked for and those of the cases it is told of now, except what it has itself."""
    own = {offer.sha256 for offer in question.asking.offered}
    with hub.database.read() as connection:
        wanted = set(question.asking.wanted) | _of_cases(connection, question.device, shown)
        sizes = {
            sha256: attachments.size_if_visible(connection, sha256, question.device.desks)
            for sha256 in sorted(wanted - own)
        }
    for sha256, size in sizes.items():
        if size is not None:
            records.write_attachment(writer, sha256, size, hub.files.read(sha256, 0, size))


def _of_cases(connection: Connection, device: Device, cases: set[str]) -> set[str]:
    """Return the attachments of those cases that lie, or will lie, at a desk of the device."""
    return repository.attachments_at(connection, sorted(cases), device.desks, device.device_id)


def _for_people(stamp: str) -> str:
    return stamp[:16].replace("T", " ")
