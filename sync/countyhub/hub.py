"""The hub as one object: database, files, clock and randomness, all given from outside."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from countyhub.attachments.files import AttachmentFiles
from countyhub.clock import CHINA_TIME, china_now
from countyhub.database import Database
from countyhub.one_for_all import OneForAll


@dataclass(frozen=True, slots=True)
class Hub:
    """What every service needs. `clock` returns an aware time; its day in China dates the case numbers."""

    database: Database
    files: AttachmentFiles
    clock: Callable[[], datetime] = china_now
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    # Bodies of reference documents by name and version, which never change.
    documents: dict[tuple[str, str], str] = field(default_factory=dict)
    # When it was last written how far each device has read its mailboxes.
    noted: dict[str, datetime] = field(default_factory=dict)
    # Who compares new applications with the others.
    comparing: OneForAll = field(default_factory=OneForAll)

    def now(self) -> datetime:
        """The hub's time, in China's offset."""
        return self.clock().astimezone(CHINA_TIME)

    def stamp(self) -> str:
        """The hub's time as text; texts sort like times."""
        return self.now().isoformat(timespec="milliseconds")

    def new_id(self) -> str:
        """A fresh UUIDv7 (RFC 9562) from the hub's own clock and randomness."""
        millis = int(self.now().timestamp() * 1000)
        value = millis << 80 | int.from_bytes(self.random_bytes(10), "big")
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        text = f"{value:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
