"""What a station remembers of its exchange with the hub."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hubprotocol.digests import EMPTY_HOLDINGS
from hubprotocol.envelope import GENESIS


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of a device's chain; `seq` 0 and `GENESIS` before its first envelope."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a mailbox of an epoch was read, and the mailbox hash reached there."""

    feed: str
    epoch: str
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many cases a mailbox makes visible, and the sum over them (`digests.add_holding`)."""

    count: int = 0
    digest: str = EMPTY_HOLDINGS


@dataclass(frozen=True, slots=True)
class Holding:
    """One case that a mailbox makes visible, with its revision and case hash."""

    feed: str
    case_id: str
    revision: int
    hash: str


@dataclass(frozen=True, slots=True)
class FeedAgreement:
    """Whether hub and station hold the same in a mailbox, and since when that is known."""

    feed: str
    position: int
    agreed: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """A scan or photo by its content; `sha256` is lower-case hex, `size` in bytes."""

    sha256: str
    size: int
    name: str
    media_type: str
    here: bool
    at_hub: bool


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that has begun: its address at the hub and how many bytes the hub has."""

    url: str
    offset: int
