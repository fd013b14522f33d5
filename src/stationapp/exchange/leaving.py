"""What a PC that is to be wiped cannot bring any more: scans that the hub lacks and this disk does not give.

A lost PC does not stay as it is, in strange hands, for a scan that nobody has. Everything else is at the hub by then,
and the hub is told which these are: the acts that name them stay there, held, and are found by their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable

from stationapp.exchange.transport import NotComplete
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.station_store import StationStore

_ALL = 10**9


def lacking(store: StationStore, files: AttachmentFiles, needed: Iterable[str]) -> tuple[str, ...]:
    """Return the hashes of what the hub lacks or last said to need, when none of it lies here as it was.

    Raises NotComplete while any of it does, Unavailable when the disk does not say.
    """
    with store.read() as unit:
        unsent = {row.sha256 for row in unit.attachments.not_at_hub(_ALL)}
    absent = sorted(unsent | {*needed})
    if any(files.is_sound(sha256) for sha256 in absent):
        raise NotComplete("attachments")
    return tuple(absent)


def has_scans_to_bring(store: StationStore, files: AttachmentFiles) -> bool:
    """Tell whether a scan that the hub lacks lies here as it was. Raises Unavailable when the disk does not say."""
    try:
        lacking(store, files, ())
    except NotComplete:
        return True
    return False
