"""Uploads that go on where they stopped, and attachments for those who see the case.

One writer per upload: whoever asks for the offset or writes raises the upload's generation, and a writer of
an older generation stops at its next block, so bytes of a dead connection that arrive late are not appended.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from countyhub.acceptance import judgement
from countyhub.attachments import repository
from countyhub.attachments.repository import Upload
from countyhub.devices.repository import Device
from countyhub.doubles.service import note_doubles
from countyhub.hub import Hub
from countyhub.problems import Problem

MAX_BYTES = 64 * 1024 * 1024
STALE_DAYS = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an upload stands. `complete` once the hub has the attachment."""

    upload_id: str
    received: int
    length: int
    complete: bool


def open_upload(hub: Hub, device: Device, sha256: str, length: int) -> Upload | None:
    """Return the device's upload of an attachment, new if it has none; None when the hub has all of it."""
    if length > MAX_BYTES:
        raise Problem("too-large", f"at most {MAX_BYTES} bytes")

    def work(connection: Connection) -> Upload | None:
        if repository.size_if_complete(connection, sha256) is not None:
            return None
        fresh = Upload(hub.random_bytes(16).hex(), device.device_id, sha256, length, 0, 0)
        repository.add_upload(connection, fresh, hub.stamp())
        found = repository.upload_of(connection, device.device_id, sha256)
        if found is None or found.length != length:
            raise Problem("bad-request", "Upload-Length")
        return found

    return hub.database.write(work)


def begin(hub: Hub, device: Device, upload_id: str) -> Upload:
    """Return an upload with a generation of the caller's own; older writers stop before this returns."""

    def work(connection: Connection) -> Upload:
        upload = repository.lock_upload(connection, device.device_id, upload_id)
        if upload is None:
            raise Problem("not-found")
        mine = replace(upload, generation=upload.generation + 1)
        repository.change_upload(connection, upload_id, mine.received, mine.generation)
        return mine

    return hub.database.write(work)


def append(hub: Hub, upload: Upload, data: bytes) -> Upload:
    """Write a block behind what is there. Raises Problem `superseded` when somebody else took over."""
    if upload.received + len(data) > upload.length:
        raise Problem("too-large", "more bytes than Upload-Length")

    def work(connection: Connection) -> Upload:
        now = repository.lock_upload(connection, upload.device, upload.upload_id)
        if now is None or now.generation != upload.generation:
            raise Problem("superseded")
        # The bytes are durable before the row counts them; what a crash left behind it is overwritten.
        hub.files.append(upload.upload_id, now.received, data)
        repository.change_upload(connection, upload.upload_id, now.received + len(data), now.generation)
        return replace(now, received=now.received + len(data))

    return hub.database.write(work)


def finish(hub: Hub, upload: Upload) -> None:
    """Check the digest of an upload that is all there, and judge what waited for it.

    Raises Problem `wrong-digest`; the upload is then gone and begins anew.
    """

    def work(connection: Connection) -> bool:
        now = repository.lock_upload(connection, upload.device, upload.upload_id)
        if now is None or now.generation != upload.generation:
            raise Problem("superseded")
        fits = hub.files.has(upload.sha256) or hub.files.finish(
            upload.upload_id, upload.sha256, upload.length
        )
        if fits:
            repository.mark_complete(connection, upload.sha256, upload.length, hub.stamp())
        repository.drop_upload(connection, upload.upload_id)
        return fits

    fits = hub.database.write(work)
    hub.files.discard(upload.upload_id)
    if not fits:
        raise Problem("wrong-digest")
    release(hub, [upload.sha256])


def abandon(hub: Hub, device: Device, upload_id: str) -> None:
    """Forget an upload and its bytes."""

    def work(connection: Connection) -> None:
        if repository.lock_upload(connection, device.device_id, upload_id) is None:
            raise Problem("not-found")
        repository.drop_upload(connection, upload_id)

    hub.database.write(work)
    hub.files.discard(upload_id)


def release(hub: Hub, attachments: Iterable[str]) -> None:
    """Judge again what waited for attachments that are complete now."""
    for sha256 in attachments:

        def work(connection: Connection, sha256: str = sha256) -> Sequence[str]:
            cases = repository.cases_awaiting(connection, sha256)
            judgement.judge_held(connection, hub, cases)
            repository.stop_awaiting(connection, sha256)
            return cases

        judged = hub.database.write(work)
        log.info("an attachment came; %d cases judged again", len(judged))
        note_doubles(hub, judged)


def release_overlooked(hub: Hub) -> None:
    """After a start: judge what waited for attachments that came just before the hub stopped."""
    with hub.database.read() as connection:
        came = repository.arrived_but_awaited(connection)
    release(hub, came)


def forget_stale(hub: Hub) -> int:
    """Forget uploads nobody finished in a month, with their bytes; return how many. The file can come again."""
    before = (hub.now() - timedelta(days=STALE_DAYS)).isoformat(timespec="milliseconds")

    def work(connection: Connection) -> list[str]:
        stale = repository.uploads_before(connection, before)
        for upload_id in stale:
            repository.drop_upload(connection, upload_id)
        return stale

    stale = hub.database.write(work)
    for upload_id in stale:
        hub.files.discard(upload_id)
    return len(stale)


def visible_size(hub: Hub, device: Device, sha256: str) -> int:
    """Return an attachment's size. Raises Problem `not-found` also when the device sees no case with it."""
    with hub.database.read() as connection:
        size = repository.size_if_visible(connection, sha256, device.desks)
    if size is None:
        raise Problem("not-found")
    return size
