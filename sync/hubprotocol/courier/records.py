"""What stands in courier files: messages as compressed JSON, and attachments as their bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from pydantic import ValidationError

from hubprotocol.compression import ZSTD, NotUnpackable, TooLong, unpack
from hubprotocol.courier.container import Record, Writer
from hubprotocol.courier.faults import CourierFault
from hubprotocol.messages import Message

ASKING, RUN, ATTACHMENT, LOST = b"Q", b"E", b"A", b"L"
RECEIPT, ANSWER, SNAPSHOT, REFERENCE = b"R", b"P", b"S", b"D"
DIGEST_BYTES = 32
MOST_PACKED_BYTES = 16 * 1024 * 1024
MOST_UNPACKED_BYTES = 64 * 1024 * 1024
"""So many bytes may one message have, and all messages of a file for the hub together, as those of a request."""

_LEVEL = 6

M = TypeVar("M", bound=Message)


def write_message(writer: Writer, kind: bytes, message: Message) -> None:
    """Write one message."""
    from zstandard import ZstdCompressor

    packed = ZstdCompressor(level=_LEVEL).compress(message.model_dump_json().encode())
    writer.record(kind, len(packed), (packed,))


def read_message(record: Record, kind: type[M]) -> M:
    """Return the message in a record. Raises CourierFault `bad-content`."""
    return parse(unpacked(record, MOST_UNPACKED_BYTES), kind)


def unpacked(record: Record, most: int) -> bytes:
    """Return the JSON of a message, at most `most` bytes. Raises CourierFault `bad-content`."""
    try:
        return unpack(record.data(MOST_PACKED_BYTES), ZSTD, most)
    except TooLong as error:
        raise CourierFault("bad-content", "message too long") from error
    except NotUnpackable as error:
        raise CourierFault("bad-content", "message not unpackable") from error


def parse(text: bytes, kind: type[M]) -> M:
    """Return the message in an unpacked record. Raises CourierFault `bad-content`."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise CourierFault("bad-content", kind.__name__) from error


def write_attachment(writer: Writer, sha256: str, size: int, blocks: Iterable[bytes]) -> None:
    """Write an attachment: its digest, then its bytes."""

    def all_blocks() -> Iterator[bytes]:
        yield bytes.fromhex(sha256)
        yield from blocks

    writer.record(ATTACHMENT, DIGEST_BYTES + size, all_blocks())


def read_attachment(record: Record) -> tuple[str, int, Iterator[bytes]]:
    """Return digest, size and blocks of an attachment; whether they fit is for the reader to check."""
    if record.length < DIGEST_BYTES:
        raise CourierFault("bad-content", "attachment without digest")
    digest, rest = b"", b""
    while len(digest) < DIGEST_BYTES:
        block = next(record.blocks)
        digest, rest = digest + block[: DIGEST_BYTES - len(digest)], block[DIGEST_BYTES - len(digest) :]

    def blocks() -> Iterator[bytes]:
        if rest:
            yield rest
        yield from record.blocks

    return digest.hex(), record.length - DIGEST_BYTES, blocks()
