"""What becomes of attachments that are complete, who may read them, and clearing away what was never finished."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from countyhub.acceptance import judgement
from countyhub.attachments import repository
from countyhub.attachments.limits import stale_before
from countyhub.devices import repository as devices
from countyhub.devices.repository import Device
from countyhub.doubles.service import note_new
from countyhub.hub import Hub
from countyhub.problems import Problem

log = logging.getLogger(__name__)


def release(hub: Hub, attachments: Iterable[str]) -> None:
    """Judge again what waited for attachments, as far as the devices that sent it are known to have them now."""
    for sha256 in attachments:

        def work(connection: Connection, sha256: str = sha256) -> Sequence[str]:
            awaiting = repository.awaiting(connection, sha256)
            senders = devices.load(connection, sorted(awaiting))
            served = [
                name for name, one in senders.items() if repository.possessed(connection, one, [sha256])
            ]
            cases = sorted({case_id for name in served for case_id in awaiting[name]})
            judgement.judge_held(connection, hub, cases)
            repository.stop_awaiting(connection, sha256, served)
            return cases

        judged = hub.database.write(work)
        log.info("an attachment came; %d cases judged again", len(judged))
        note_new(hub)


def release_overlooked(hub: Hub) -> None:
    """After a start: judge what waited for attachments that came just before the hub stopped."""
    with hub.database.read() as connection:
        came = repository.arrived_but_awaited(connection)
    release(hub, came)


def forget_stale(hub: Hub) -> int:
    """Forget the unfinished uploads of a month ago, with their bytes; return how many. They can come again.

    Parts that belong to no upload are removed too: a machine that dies can leave such behind.
    """
    before = stale_before(hub.now())

    def work(connection: Connection) -> list[str]:
        stale = repository.uploads_before(connection, before)
        for upload_id in stale:
            repository.drop_upload(connection, upload_id)
        return stale

    stale = hub.database.write(work)
    parts = hub.files.parts()  # Asked first: an upload is known before its part is made.
    with hub.database.read() as connection:
        known = repository.known_uploads(connection, parts)
    for upload_id in [part for part in parts if part not in known]:
        hub.files.discard(upload_id)
    return len(stale)


def visible_size(hub: Hub, device: Device, sha256: str) -> int:
    """Return an attachment's size. Raises Problem `not-found` also when the device sees no case with it."""
    with hub.database.read() as connection:
        size = repository.size_if_visible(connection, sha256, device.desks)
    if size is None:
        raise Problem("not-found")
    return size
