"""The exchange: what a device pushes is stored and judged, what it must know is told, in one request."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from countyhub.acceptance import case_repository, early, judgement, lost, repository
from countyhub.acceptance.submission import Submission, open_envelope
from countyhub.attachments import repository as attachments
from countyhub.attachments.locations import upload_path
from countyhub.database import in_chunks
from countyhub.devices import orders
from countyhub.devices import repository as enrolled
from countyhub.devices import service as devices
from countyhub.devices.repository import Device
from countyhub.doubles.service import note_new
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.load.spreading import poll_of
from countyhub.load.waiting import News
from countyhub.mailboxes import service as mailboxes
from countyhub.problems import Problem
from countyhub.references import service as references
from hubprotocol.echoes import shorten
from hubprotocol.envelope import GENESIS, Envelope
from hubprotocol.messages import (
    AttachmentNeed,
    AttachmentOffer,
    ChainHeadMessage,
    ExchangeRequest,
    ExchangeResponse,
    VerdictMessage,
)
from hubprotocol.versions import MAX_VERSION, MIN_VERSION

_DOCUMENTS = "reference documents"

log = logging.getLogger(__name__)


def exchange(hub: Hub, device: Device, request: ExchangeRequest) -> ExchangeResponse:
    """Take a device's envelopes, tell it verdicts, pages and which attachments are needed; note what it has read.

    Raises Problem `fork`, `gap`, `bad-signature`, `foreign-feed`, `unsupported-protocol` or `bad-request`;
    then nothing was stored.
    """
    answer = tell(hub, device, request)
    if not request.envelopes:
        mailboxes.note_reading(hub, device, request.cursors, answer.pages)
    return answer


def tell(hub: Hub, device: Device, request: ExchangeRequest) -> ExchangeResponse:
    """Do the same for cursors that the device may never reach: nothing is noted as read."""
    if not MIN_VERSION <= request.protocol <= MAX_VERSION:
        raise Problem("unsupported-protocol", min=MIN_VERSION, max=MAX_VERSION)
    if request.device != device.device_id:
        raise Problem("bad-request", "device")
    if not {cursor.feed for cursor in request.cursors} <= set(device.feeds):
        raise Problem("foreign-feed", feeds=list(device.feeds))
    new = push(hub, device, request.base, [message.unpack() for message in request.envelopes])
    with hub.database.read() as connection:
        return orders.with_order(connection, device, _answer(connection, hub, device, request, new))


def news_of(answer: ExchangeResponse) -> News:
    """Return what a device knows with an answer that brings it up to date."""
    heads: dict[str, object] = {page.feed: page.head for page in answer.pages}
    return {**heads, _DOCUMENTS: answer.references}


def look(hub: Hub, names: Collection[str]) -> News:
    """Return what there is now, in the shape of `news_of`: two short questions for however many devices."""
    with hub.database.read() as connection:
        heads = mailboxes.positions(connection, [name for name in names if name != _DOCUMENTS])
        return {**heads, _DOCUMENTS: references.versions(connection)}


def reconsider_held(hub: Hub) -> None:
    """After a start: judge again all that is held, since this program may know moves that the last did not."""
    with hub.database.read() as connection:
        case_ids = case_repository.held_cases(connection)
    for chunk in in_chunks(case_ids):

        def work(connection: Connection, chunk: Sequence[str] = chunk) -> None:
            judgement.judge_held(connection, hub, chunk)

        hub.database.write(work)


def push(
    hub: Hub,
    device: Device,
    base: ChainHeadMessage,
    envelopes: Sequence[Envelope],
    gone: lost.Ranges = (),
) -> frozenset[int]:
    """Store and judge a run of envelopes, all in one transaction; return the `seq` of those that are new.

    Runs kept because this one was missing follow it. `gone` is what the device said to be lost (see `lost.joined`): a
    gap before the run may consist of that. Raises Problem as `exchange` does; then nothing was stored.
    """
    new = _store(hub, device, base, envelopes, gone)
    if envelopes:
        early.follow(hub, device.device_id, partial(_store, hub, device, base))
    return new


def clear_kept(hub: Hub) -> int:
    """Store the runs kept before that follow now, and forget those that waited for a year; return how many of these.

    A run follows at once when what it waited for comes, unless the hub stops just then.
    """
    with hub.database.read() as connection:
        waiting = early.devices(connection)
    start = ChainHeadMessage(seq=0, hash=GENESIS)
    for device in filter(None, (devices.find(hub, one) for one in waiting)):
        if not device.revoked:
            early.follow(hub, device.device_id, partial(_store, hub, device, start))
    before = (hub.now() - timedelta(days=early.KEPT_DAYS)).isoformat(timespec="milliseconds")
    return hub.database.write(lambda connection: early.forget_before(connection, before))


def _store(
    hub: Hub,
    device: Device,
    base: ChainHeadMessage,
    envelopes: Sequence[Envelope],
    gone: lost.Ranges = (),
) -> frozenset[int]:
    _check_run(device, envelopes)
    submissions = [open_envelope(one) for one in envelopes]

    def work(connection: Connection) -> frozenset[int]:
        return _store_new(connection, hub, device, base, submissions, gone)

    if envelopes:
        new = hub.database.write(work)
        log.info("device %s pushed %d…%d", device.device_id, envelopes[0].seq, envelopes[-1].seq)
        note_new(hub)
        return new
    with hub.database.read() as connection:
        head = repository.chain_head(connection, device.device_id)
        _check_base(connection, device.device_id, base, head)
    return frozenset()


def _check_run(device: Device, envelopes: Sequence[Envelope]) -> None:
    """The envelopes are this device's, in unbroken order, and it sealed them."""
    for before, one in zip([None, *envelopes], envelopes, strict=False):
        if before is not None and (one.seq != before.seq + 1 or one.prev != before.hash):
            raise Problem("bad-request", "envelopes follow each other", seq=one.seq)
        if one.device != device.device_id or not device.history.sealed(one):
            raise Problem("bad-signature", "envelope", seq=one.seq)


def _store_new(
    connection: Connection,
    hub: Hub,
    device: Device,
    base: ChainHeadMessage,
    submissions: Sequence[Submission],
    gone: lost.Ranges,
) -> frozenset[int]:
    """Store and judge what is new; return its places. What was lost and comes after all is new."""
    first, last = submissions[0].envelope, submissions[-1].envelope
    head = repository.lock_chain(connection, first.device)
    _check_base(connection, first.device, base, head)
    if first.seq > head.seq + 1:
        count = lost.count_of(connection, first.device) + first.seq - 1 - head.seq
        if count > lost.MOST or not lost.bridges(gone, head.seq + 1, first.seq - 1):
            raise Problem("gap", acknowledged=head.model_dump())
        lost.note(connection, first.device, head.seq + 1, first.seq - 1)
    missing = lost.between(connection, first.device, first.seq - 1, last.seq)
    known = _known(connection, first.device, first.seq - 1, last.seq, missing)
    if known.get(first.seq - 1, first.prev) != first.prev:
        raise _fork(head, first.seq)
    for one in submissions:
        if known.get(one.envelope.seq, one.envelope.hash) != one.envelope.hash:
            raise _fork(head, one.envelope.seq)
    if other := lost.other_receipt(
        connection, first.device, [one for one in submissions if one.envelope.seq in missing]
    ):
        raise _fork(head, other)
    new = [one for one in submissions if one.envelope.seq > head.seq or one.envelope.seq in missing]
    if new:
        sender = _sender_now(connection, device, new, head)
        judgement.judge_new(connection, hub, new, sender)
        lost.found(connection, first.device, missing, [one.envelope for one in submissions])
        if last.seq > head.seq:
            repository.move_chain(connection, first.device, ChainHeadMessage(seq=last.seq, hash=last.hash))
    return frozenset(one.envelope.seq for one in new)


def _known(
    connection: Connection, device: str, first: int, last: int, missing: Mapping[int, str]
) -> dict[int, str]:
    """Return the hashes of a chain's places that are known: stored, or named by what is stored behind a lost one."""
    stored = repository.hashes(connection, device, first, last)
    return {0: GENESIS} | {seq: named for seq, named in missing.items() if named} | stored


def _sender_now(
    connection: Connection, device: Device, new: Sequence[Submission], head: ChainHeadMessage
) -> Device:
    """Return the device as it is while its chain is locked: since it asked, its key may have changed.

    A PC that left to be wiped has said, signed, where its chain ends: nothing that comes after it is its own. What
    was lost before that may still be found on an old stick.
    """
    now = enrolled.load(connection, [device.device_id])[device.device_id]
    if now.revoked:
        raise Problem("revoked-device")
    if now.left and new[-1].envelope.seq > head.seq:
        raise Problem("lost-device", "it left to be wiped")
    if now.history != device.history:
        _check_run(now, [one.envelope for one in new])
    return now


def _check_base(
    connection: Connection, device_id: str, base: ChainHeadMessage, head: ChainHeadMessage
) -> None:
    """What the hub once acknowledged is what it has. A base beyond its head shows a restored hub, no fork."""
    if not 0 < base.seq <= head.seq:
        return
    stored = repository.hashes(connection, device_id, base.seq, base.seq).get(base.seq)
    if stored is None:  # Lost from a damaged disk, and perhaps named by what stands behind it.
        stored = lost.between(connection, device_id, base.seq, base.seq)[base.seq] or base.hash
    if stored != base.hash:
        raise _fork(head, base.seq)


def _fork(head: ChainHeadMessage, seq: int) -> Problem:
    return Problem("fork", acknowledged=head.model_dump(), seq=seq)


def _answer(
    connection: Connection, hub: Hub, device: Device, request: ExchangeRequest, new: Collection[int]
) -> ExchangeResponse:
    epoch = identities.load(connection).epoch
    acknowledged = repository.chain_head(connection, device.device_id)
    return ExchangeResponse(
        protocol=MAX_VERSION,
        epoch=epoch,
        server_time=hub.stamp(),
        acknowledged=acknowledged,
        durable_upto=repository.durable_seq(connection, device.device_id),
        verdicts=_verdicts(connection, device, request, new),
        pages=shorten(
            mailboxes.pages(connection, device.feeds, request, epoch), device.device_id, request.kept_from
        ),
        needed=_needed(connection, device, request.offered),
        references=references.versions(connection),
        feeds=device.feeds,
        next_poll_s=poll_of(device.device_id),
        lost=lost.stretches_of(connection, device.device_id),
    )


def _verdicts(
    connection: Connection, device: Device, request: ExchangeRequest, new: Collection[int]
) -> tuple[VerdictMessage, ...]:
    if not request.envelopes:
        return ()
    first, last = request.envelopes[0].seq, request.envelopes[-1].seq
    found = repository.verdicts(connection, device.device_id, first, last)
    return tuple(
        found[seq] if seq in new else found[seq].model_copy(update={"already": True})
        for seq in range(first, last + 1)
    )


def _needed(
    connection: Connection, device: Device, offered: Sequence[AttachmentOffer]
) -> tuple[AttachmentNeed, ...]:
    """What the device offers and the hub does not know it to have, and what its held events wait for."""
    needed = attachments.needed_from(connection, device, [one.sha256 for one in offered])
    uploads = attachments.uploads_of(connection, device.device_id, needed)
    return tuple(_need(sha256, uploads.get(sha256)) for sha256 in needed)


def _need(sha256: str, upload: attachments.Upload | None) -> AttachmentNeed:
    if upload is None:
        return AttachmentNeed(sha256=sha256)
    return AttachmentNeed(sha256=sha256, upload=upload_path(upload.upload_id), offset=upload.received)
