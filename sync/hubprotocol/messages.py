"""The messages between station and hub. Field names and shapes are the wire format; see sync/PROTOCOL.md."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from hubprotocol.envelope import GENESIS, Envelope

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text64 = Annotated[str, Field(min_length=1, max_length=64)]
# What is stored as text holds no zero character, which not every database takes; a kind is a name besides.
_NO_ZERO = r"^[^\x00]*$"
_PLAIN = r"^[ -~]*$"


class Message(BaseModel):
    """A wire message: unknown fields of a newer partner are ignored, never an error."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class EnvelopeMessage(Message):
    """An envelope on the wire."""

    device: Text64
    seq: Annotated[int, Field(ge=1)]
    prev: Hash
    kind: Annotated[str, Field(min_length=1, max_length=64, pattern=_PLAIN)]
    body: Annotated[str, Field(max_length=4_194_304)]  # beyond `MOST_BODY` it is refused by a verdict
    signature: Annotated[str, Field(max_length=128)]
    person_signature: Annotated[str, Field(max_length=128, pattern=_NO_ZERO)] = ""

    def unpack(self) -> Envelope:
        """Return the envelope."""
        return Envelope(**{name: getattr(self, name) for name in Envelope.__dataclass_fields__})

    @classmethod
    def pack(cls, envelope: Envelope) -> EnvelopeMessage:
        """Return the message of an envelope."""
        return cls(**{name: getattr(envelope, name) for name in Envelope.__dataclass_fields__})


class Result(StrEnum):
    """The hub's answer to one envelope."""

    ACCEPTED = "accepted"
    HELD = "held"
    REFUSED = "refused"


class ReasonMessage(Message):
    """Why an event was refused or is held, in words a person reads."""

    code: str
    text: str
    field: str = ""


class VerdictMessage(Message):
    """The answer to one envelope. `already` says that it is a repetition; `revision` is its place in the
    case.
    """

    seq: int
    event_id: str
    result: Result
    already: bool = False
    revision: int = 0
    received_at: str = ""
    reasons: tuple[ReasonMessage, ...] = ()


class ChainHeadMessage(Message):
    """The end of a device's chain: the highest contiguous `seq` and its hash."""

    seq: Annotated[int, Field(ge=0)]
    hash: Hash


class CursorMessage(Message):
    """How far a station has read a mailbox of an epoch, and the mailbox hash it reached."""

    feed: Text64
    epoch: str
    position: Annotated[int, Field(ge=0)]
    hash: Hash


class HoldingsMessage(Message):
    """How many cases a mailbox makes visible and the sum over them (`digests.add_holding`)."""

    count: int
    digest: Hash


class ConfirmedEventMessage(Message):
    """An accepted event with its place in the case and the time the hub received it."""

    revision: int
    received_at: str
    envelope: EnvelopeMessage


class EntryKind(StrEnum):
    """What a mailbox entry says."""

    PUT = "put"  # a case becomes visible: all its events
    EVENT = "event"  # one more event of a visible case
    EVICT = "evict"  # the case ceases to be visible
    VERDICT = "verdict"  # a held or refused envelope of this device has a new answer


class EntryMessage(Message):
    """One mailbox entry; `hash` chains it to the entry before (`digests.next_mailbox_hash`)."""

    position: int
    kind: EntryKind
    case_id: str
    hash: Hash
    events: tuple[ConfirmedEventMessage, ...] = ()
    verdict: VerdictMessage | None = None


class PageMessage(Message):
    """A run of entries behind a cursor. `head` is the mailbox's end; holdings are those at `head`."""

    feed: str
    epoch: str
    head: int
    restart: bool = False  # the cursor was of another epoch or beyond the head: the page starts at position 1
    snapshot: bool = False  # entries are missing or many: take the snapshot and go on from its `as_of`
    entries: tuple[EntryMessage, ...] = ()
    holdings: HoldingsMessage


class AttachmentOffer(Message):
    """An attachment a station has and the hub may lack."""

    sha256: Hash
    size: Annotated[int, Field(ge=0)]


class AttachmentNeed(Message):
    """An attachment the hub lacks, the upload to go on with (empty: create one) and its offset in bytes."""

    sha256: Hash
    upload: str = ""
    offset: int = 0


class OrderMessage(Message):
    """What the hub orders this device to do (`orders.OrderKind`; a newer hub may know more kinds)."""

    device: Text64
    number: Annotated[int, Field(ge=1, le=2**53)]  # rises with every order to a device
    kind: Annotated[str, Field(max_length=16)]
    issued_at: Annotated[str, Field(max_length=64)]
    signature: Annotated[str, Field(max_length=128)]  # by the hub, see `orders.is_order_signed`


class ExchangeRequest(Message):
    """Push, acknowledgement, pull and attachment planning in one request."""

    protocol: int
    device: Text64
    sent_at: str
    base: (
        ChainHeadMessage  # the head of the device's chain as far as the hub has acknowledged it to the device
    )
    envelopes: Annotated[tuple[EnvelopeMessage, ...], Field(max_length=512)] = ()
    cursors: tuple[CursorMessage, ...] = ()
    page_size: Annotated[int, Field(ge=0, le=1000)] = 200
    offered: tuple[AttachmentOffer, ...] = ()
    wait_s: Annotated[int, Field(ge=0, le=25)] = 0  # so long the hub may hold an answer that brings nothing
    snapshots: bool = False  # the station can take a snapshot instead of entries
    kept_from: Annotated[int, Field(ge=0)] = 0  # own envelopes from here on need only be named, see `echoes`


class ExchangeResponse(Message):
    """The answer: one verdict per envelope, pages of the device's mailboxes, and what to do next."""

    protocol: int
    epoch: str
    server_time: str
    acknowledged: ChainHeadMessage
    durable_upto: int
    verdicts: tuple[VerdictMessage, ...] = ()
    pages: tuple[PageMessage, ...] = ()
    needed: tuple[AttachmentNeed, ...] = ()
    references: dict[str, str] = {}  # name of each reference document and its version in force
    feeds: tuple[str, ...] = ()  # the mailboxes this device may read
    next_poll_s: int = 60
    retry_after_s: int = 0  # the hub has much to do: unless there is something to send, not before so long
    order: OrderMessage | None = None  # the last order to this device
    hub_public: str = ""  # the hub's key now; another than the one known: read the hub's changes of key
    # First and last `seq` of stretches up to `acknowledged` that the hub lacks, since a damaged disk had lost them.
    lost: tuple[tuple[int, int], ...] = ()


class SnapshotRequest(Message):
    """The query of a snapshot: without `as_of` a new one begins, with it the same one goes on behind `after`.

    `limit` is about how many events a page has; `cases` (ids with commas between) asks for just these.
    """

    feed: Text64
    epoch: Annotated[str, Field(max_length=64)] = ""
    as_of: Annotated[int, Field(ge=0)] | None = None
    hash: Hash = GENESIS
    after: Annotated[str, Field(max_length=36)] = ""
    limit: Annotated[int, Field(ge=1, le=1000)] = 200
    cases: Annotated[str, Field(max_length=3700)] = ""


class SnapshotCaseMessage(Message):
    """A case as it was visible at the snapshot's position: all its events up to then."""

    case_id: Text64
    events: tuple[ConfirmedEventMessage, ...]


class SnapshotMessage(Message):
    """One page of what a mailbox makes visible at `as_of`, by case id; `next` is empty after the last page."""

    feed: Text64
    epoch: str
    as_of: Annotated[int, Field(ge=0)]
    hash: Hash
    cases: tuple[SnapshotCaseMessage, ...] = ()
    next: str = ""


class CaseStateMessage(Message):
    """Which revision of a case a side holds, and the case's hash there."""

    case_id: Text64
    revision: int
    hash: Hash


class DigestRequest(Message):
    """What a station holds of a mailbox at a position, in sums over buckets (`digests.bucket_of`)."""

    protocol: int
    device: Text64
    cursor: CursorMessage
    buckets: Annotated[tuple[HoldingsMessage, ...], Field(min_length=1, max_length=256)]


class BucketMessage(Message):
    """A bucket whose sums differ, and what the hub has in it."""

    bucket: int
    cases: tuple[CaseStateMessage, ...] = ()


class DigestResponse(Message):
    """The buckets that differ; `more` says that others do too, which were left out."""

    feed: Text64
    epoch: str
    position: int
    differing: tuple[BucketMessage, ...] = ()
    more: bool = False


class EnrolRequest(Message):
    """A new PC presents its one-time code and its Ed25519 public key (hex)."""

    protocol: int
    code: Annotated[str, Field(max_length=32)]
    device_public: Hash
    machine: Annotated[str, Field(max_length=200)] = ""


class EnrolResponse(Message):
    """The identity the hub gives a PC: `slot` (1–99) makes its receipt numbers unique within the station."""

    protocol: int
    device: str
    station: str
    slot: int
    desks: tuple[str, ...]
    epoch: str
    hub_public: Hash
    server_time: str


class ReferenceResponse(Message):
    """One reference document: organisation, catalogue, calendar or devices, signed by the hub."""

    name: str
    version: str
    body: str
    signature: str


class ProblemMessage(Message):
    """RFC 9457 problem document; `title` is Chinese and can be shown, `code` is stable."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str = ""
    extra: dict[str, Any] = {}
