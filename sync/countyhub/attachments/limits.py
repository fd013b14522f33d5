"""How much a device may put on the hub's disk before a case refers to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from countyhub.attachments import repository
from countyhub.problems import Problem

MAX_BYTES = 64 * 1024 * 1024
"""The largest file."""

STALE_DAYS = 30
"""An upload nobody finished is forgotten after so many days. A finished one is not: the act that refers to its file
may come at any time, and shows by the upload that its device has the bytes."""

MAX_OPEN = 200
"""So many uploads of a device may be under way."""

MAX_UNREFERRED_BYTES = 1024 * 1024 * 1024
"""So many bytes, promised or uploaded in the last days, may a device have here to which no case refers."""


def stale_before(now: datetime) -> str:
    """Return the time before which uploads are stale, as it is stored."""
    return (now - timedelta(days=STALE_DAYS)).isoformat(timespec="milliseconds")


def refuse_beyond(connection: Connection, device: str, length: int, now: datetime) -> None:
    """Raise Problem `upload-quota` when a device may not open one more upload of `length` bytes."""
    if repository.count_open(connection, device) >= MAX_OPEN:
        raise Problem("upload-quota", f"at most {MAX_OPEN} uploads under way", uploads=MAX_OPEN)
    if repository.unreferred_bytes(connection, device, stale_before(now)) + length > MAX_UNREFERRED_BYTES:
        text = f"at most {MAX_UNREFERRED_BYTES} bytes to which no case refers"
        raise Problem("upload-quota", text, bytes=MAX_UNREFERRED_BYTES)
