"""Uploads that go on where they stopped, in one stream or in pieces.

One writer per upload: whoever asks for the offset or appends raises the upload's generation, and a writer of an
older generation stops at its next block, so bytes of a dead connection that arrive late are not appended. Pieces
are checked before they are written and never overwritten, so they need no generation.

Bytes are durable before a row counts them. What is not counted is overwritten.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from countyhub.attachments import digests, limits, pieces, repository
from countyhub.attachments.repository import Upload
from countyhub.attachments.service import release
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.problems import Problem
from hubprotocol.failpoints import here

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writing:
    """A request that appends: its upload as it last saw it, and where its next byte belongs."""

    upload: Upload
    position: int


def open_upload(
    hub: Hub, device: Device, sha256: str, length: int, *, referred: bool = False
) -> Upload | None:
    """Return the device's upload of an attachment, new if it has none; None when it is known to have all of it.

    What others uploaded counts for nothing, see `repository.possessed`.

    `referred`: an act that comes with it refers to it, so it is no load that nobody wants, see `limits`.
    Raises Problem `too-large` or `upload-quota`.
    """

    def work(connection: Connection) -> Upload | None:
        if repository.possessed(connection, device, [sha256]):
            return None
        if length > limits.MAX_BYTES:
            raise Problem("too-large", f"at most {limits.MAX_BYTES} bytes")
        found = repository.upload_of(connection, device.device_id, sha256)
        if found and found.completed_at:  # It once was here; the hub has lost it since.
            repository.drop_upload(connection, found.upload_id)
            found = None
        if found is None:
            if not referred:
                limits.refuse_beyond(connection, device.device_id, length, hub.now())
            name = hub.random_bytes(16).hex()
            fresh = Upload(name, device.device_id, sha256, length, 0, 0, hub.stamp())
            repository.add_upload(connection, fresh)
            found = repository.upload_of(connection, device.device_id, sha256)
        return found

    upload = hub.database.write(work)
    if upload is None:
        _release_awaited(hub, device, sha256)
    return upload


def find(hub: Hub, device: Device, upload_id: str) -> Upload:
    """Return a device's own upload. Raises Problem `not-found`."""
    with hub.database.read() as connection:
        upload = repository.find_upload(connection, device.device_id, upload_id, lock=False)
    if upload is None:
        raise Problem("not-found")
    return upload


def begin(hub: Hub, device: Device, upload_id: str, named: int | None = None) -> Upload:
    """Return an upload with a generation of the caller's own, so that older writers stop at their next block.

    One that is complete has no writer.
    Raises Problem `superseded` when `named` is not the generation that held it until now.
    """

    def work(connection: Connection) -> Upload:
        upload = _locked(connection, device.device_id, upload_id)
        if upload.completed_at:
            return upload
        if named is not None and named != upload.generation:
            raise Problem("superseded")
        mine = replace(upload, generation=upload.generation + 1)
        repository.change_upload(connection, mine)
        return mine

    return hub.database.write(work)


def append(hub: Hub, writing: Writing, data: bytes, *, count: bool = True) -> Writing:
    """Write a block at the writer's position and count it, or leave that to a later block.

    Raises Problem `superseded` when somebody else took over, and `inconsistent-length` beyond the end, which ends
    the upload.
    """
    end = writing.position + len(data)
    if end > writing.upload.length:
        _end(hub, writing.upload)
        raise Problem("inconsistent-length", "more bytes than Upload-Length")

    def work(connection: Connection) -> Upload:
        now = repository.find_upload(connection, writing.upload.device, writing.upload.upload_id, lock=True)
        if now is not None and now.completed_at:
            return now
        if now is None or now.generation != writing.upload.generation:
            raise Problem("superseded")
        for start, stop in pieces.gaps(now.pieces, max(writing.position, now.received), end):
            block = data[start - writing.position : stop - writing.position]
            hub.files.append(now.upload_id, start, block)
        here("hub.upload.after-bytes")
        if not count:
            return now
        reached = pieces.extended(now.pieces, max(now.received, end), now.length)
        repository.change_upload(connection, replace(now, received=reached))
        return replace(now, received=reached)

    return Writing(hub.database.write(work), end)


def put_piece(hub: Hub, device: Device, upload_id: str, number: int, data: bytes) -> Upload:
    """Write a piece whose digest was compared, if it is not there; finish the upload when it was the last."""

    def work(connection: Connection) -> Upload:
        now = _locked(connection, device.device_id, upload_id)
        _refuse_misfit(now, number, data)
        if now.completed_at or pieces.is_there(now.pieces, now.received, number, now.length):
            return now
        hub.files.append(upload_id, pieces.bounds(number, now.length)[0], data)
        here("hub.upload.after-bytes")
        bits = pieces.with_piece(now.pieces, number)
        after = replace(now, pieces=bits, received=pieces.extended(bits, now.received, now.length))
        repository.change_upload(connection, after)
        return after

    return finish_if_whole(hub, hub.database.write(work))


def finish_if_whole(hub: Hub, upload: Upload) -> Upload:
    """Check the digest of an upload that is all there, and judge what waited for it.

    Raises Problem `wrong-digest`; the upload is then gone and begins anew. Whoever comes later, also after the hub
    stopped in the middle of this, does the same again.
    """
    if upload.completed_at:
        hub.files.discard(upload.upload_id)
    if upload.completed_at or upload.received < upload.length:
        return upload
    # Outside a transaction: a large file takes a while to read, and longer to reach an object store.
    fits = hub.files.finish(upload.upload_id, upload.sha256, upload.length)
    here("hub.upload.after-file")
    at = hub.stamp()

    def work(connection: Connection) -> bool:
        now = repository.find_upload(connection, upload.device, upload.upload_id, lock=True)
        if now is None or not fits:
            repository.drop_upload(connection, upload.upload_id)
            return False
        repository.mark_complete(connection, upload.sha256, upload.length, at)
        repository.complete_upload(connection, upload.upload_id, at)
        return upload.device in repository.awaiting(connection, upload.sha256)

    is_awaited = hub.database.write(work)
    hub.files.discard(upload.upload_id)
    if not fits:
        raise digests.mismatch("wrong-digest", "Repr-Digest", upload.sha256)
    if is_awaited:
        release(hub, [upload.sha256])
    return replace(upload, completed_at=at)


def finish_overlooked(hub: Hub) -> None:
    """After a start: finish what was all there when the hub stopped. What cannot be finished now waits on."""
    with hub.database.read() as connection:
        whole = repository.whole_uploads(connection)
    for upload in whole:
        try:
            finish_if_whole(hub, upload)
        except (Problem, OSError) as error:
            log.warning("an upload that is all there was not finished: %s", error)


def abandon(hub: Hub, device: Device, upload_id: str) -> None:
    """Forget an upload and its bytes."""

    def work(connection: Connection) -> None:
        repository.drop_upload(connection, _locked(connection, device.device_id, upload_id).upload_id)

    hub.database.write(work)
    hub.files.discard(upload_id)


def is_current(hub: Hub, upload: Upload) -> bool:
    """Tell whether a writer may still write, or another, perhaps in another process, has taken over."""
    with hub.database.read() as connection:
        now = repository.find_upload(connection, upload.device, upload.upload_id, lock=False)
    return now is not None and now.generation == upload.generation


def _locked(connection: Connection, device: str, upload_id: str) -> Upload:
    upload = repository.find_upload(connection, device, upload_id, lock=True)
    if upload is None:
        raise Problem("not-found")
    return upload


def _release_awaited(hub: Hub, device: Device, sha256: str) -> None:
    """Go on with what a device's events wait for when its desk came to see the attachment after they were held."""
    with hub.database.read() as connection:
        is_awaited = sha256 in repository.awaited_by(connection, device.device_id)
    if is_awaited:
        release(hub, [sha256])


def _refuse_misfit(upload: Upload, number: int, data: bytes) -> None:
    first, end = pieces.bounds(number, upload.length)
    if number >= pieces.count(upload.length) or len(data) != end - first:
        raise Problem("inconsistent-length", f"piece {number} has {max(0, end - first)} bytes")


def _end(hub: Hub, upload: Upload) -> None:
    hub.database.write(lambda connection: repository.drop_upload(connection, upload.upload_id))
    hub.files.discard(upload.upload_id)
