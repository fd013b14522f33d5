"""What becomes of attachments that are complete, who may read them, and clearing away what was never finished."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import Connection

from countyhub.acceptance import judgement
from countyhub.attachments import repository
from countyhub.attachments.limits import STALE_DAYS
from countyhub.devices.repository import Device
from countyhub.doubles.service import note_doubles
from countyhub.hub import Hub
from countyhub.problems import Problem

log = logging.getLogger(__name__)


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
        note_doubles(hub)


def release_overlooked(hub: Hub) -> None:
    """After a start: judge what waited for attachments that came just before the hub stopped."""
    with hub.database.read() as connection:
        came = repository.arrived_but_awaited(connection)
    release(hub, came)


def forget_stale(hub: Hub) -> int:
    """Forget the uploads of a month ago, with their bytes; return how many. An unfinished file can come again.

    Parts that belong to no upload are removed too: a machine that dies can leave such behind.
    """
    before = (hub.now() - timedelta(days=STALE_DAYS)).isoformat(timespec="milliseconds")

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
