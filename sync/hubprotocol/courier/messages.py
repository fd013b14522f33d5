"""The messages within courier files, and those by which a carrier hands such files to the hub over the network."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from hubprotocol.device_messages import KeyChangeMessage
from hubprotocol.messages import (
    AttachmentOffer,
    ChainHeadMessage,
    CursorMessage,
    EnvelopeMessage,
    Hash,
    Message,
    Text64,
)

FORMAT = 1
MOST_CARRIED_BYTES = 256 * 1024 * 1024
"""A larger file travels on sticks only: carriers pass over it, and the hub does not take it from a carrier."""

MOST_LOST = 10_000
"""So many stretches of lost envelopes, and numbers, stand in one message."""

Hex24 = Annotated[str, Field(pattern=r"^[0-9a-f]{48}$")]
Hex80 = Annotated[str, Field(pattern=r"^[0-9a-f]{160}$")]
Count = Annotated[int, Field(ge=0, lt=2**53)]
Seq = Annotated[int, Field(ge=1, lt=2**31)]


class Direction(StrEnum):
    """Which way a file goes: to the hub, or from it to a device."""

    UP = "up"
    DOWN = "down"


class HeaderMessage(Message):
    """The open beginning of a courier file: who wrote it for whom, and the key, sealed for the reader alone.

    `device` and `station` are the sender's on the way up and the reader's on the way down; `hub` is the hub's
    public key either way. `previous_*` name the file before this one on the same way (0 and `GENESIS` at first).
    `key` is the body's key in a sealed box, `stream` the beginning of its secret stream, `manifest` the SHA-256
    of the text a person reads. `answers` is on the way down the highest number of a file of the device that the
    hub took: files up to it need not be carried any more. `changes` are those of the writer's signing key, by
    which a reader who knows an older one follows.
    """

    format: int
    direction: Direction
    device: Text64
    station: Text64
    hub: Hash
    number: Annotated[int, Field(ge=1, le=9_999_999)]
    previous_number: Annotated[int, Field(ge=0)]
    previous_hash: Hash
    made_at: Annotated[str, Field(max_length=40)]
    key: Hex80
    stream: Hex24
    manifest: Hash
    answers: Count = 0
    changes: Annotated[tuple[KeyChangeMessage, ...], Field(max_length=64)] = ()


class AskingMessage(Message):
    """How things stand at the device that wrote a file: what an exchange request says besides its envelopes.

    `offered` are attachments the hub may lack, `wanted` those the device lacks, `references` the versions of the
    documents it has; `epoch` is the hub's as the device knows it.
    """

    protocol: int
    device: Text64
    made_at: str
    epoch: str
    base: ChainHeadMessage
    cursors: tuple[CursorMessage, ...] = ()
    offered: tuple[AttachmentOffer, ...] = ()
    wanted: tuple[Hash, ...] = ()
    references: dict[str, str] = Field(default_factory=dict)


class RunMessage(Message):
    """A run of envelopes; the runs of a file follow each other."""

    envelopes: Annotated[tuple[EnvelopeMessage, ...], Field(min_length=1, max_length=512)]


class LostMessage(Message):
    """What the writer's disk does not give any more: first and last `seq` of each stretch of its envelopes.

    `receipts` are the receipt numbers of the cases these were about, as far as they can be read, each with the `seq`.
    What does not go into one message goes into the next.
    """

    ranges: Annotated[tuple[tuple[Seq, Seq], ...], Field(min_length=1, max_length=MOST_LOST)]
    receipts: Annotated[tuple[tuple[Seq, Text64], ...], Field(max_length=MOST_LOST)] = ()


class Taking(StrEnum):
    """What became of a file at the hub."""

    TAKEN = "taken"
    AGAIN = "again"  # it had been taken before
    EARLY = "early"  # kept until what comes before its records is there
    REFUSED = "refused"


class FileReportMessage(Message):
    """What became of one file at the hub; for a file that cannot be read only `code` and `text` say something.

    `first_seq` and `last_seq` are of the envelopes in it (0: none). `missing` is the number of the file before
    it when the hub never saw that one.
    """

    taking: Taking
    code: str = ""
    text: str = ""
    device: str = ""
    station: str = ""
    number: int = 0
    hash: str = ""
    first_seq: Count = 0
    last_seq: Count = 0
    attachments: Count = 0
    missing: Count = 0


class ReceiptMessage(Message):
    """What the hub certifies to a device: which files it took, how far it has the chain, which attachments it has.

    `asked` is the standing this is an answer to: a device that stands elsewhere by now takes only what fits.
    """

    device: Text64
    made_at: str
    epoch: str
    acknowledged: ChainHeadMessage
    files: tuple[FileReportMessage, ...] = ()
    at_hub: tuple[Hash, ...] = ()
    asked: AskingMessage


class CarryRequest(Message):
    """A carrier announces a file by the SHA-256 of all its bytes and its size in bytes."""

    hash: Hash
    size: Annotated[int, Field(ge=1)]


class CarriedAnswerMessage(Message):
    """A sealed answer that waits to be fetched; `manifest` is the text that belongs beside it."""

    hash: Hash
    size: int
    device: str
    number: int
    manifest: str


class CarryResponse(Message):
    """How far a carried file is: the first piece that is missing, or, when all are there, what came of it."""

    piece_size: int
    missing: int = 0
    report: FileReportMessage | None = None
    answer: CarriedAnswerMessage | None = None
