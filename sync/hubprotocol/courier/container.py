"""The courier file itself: an open header, a secret stream of blocks, and a signature over both.

    "SCOURIR1"
    length of the header (4 bytes), header (JSON, `HeaderMessage`)
    blocks: length (4 bytes), XChaCha20-Poly1305 secret stream; the last one is marked as the last
    0 (4 bytes), Ed25519 signature (64 bytes)

Numbers are big-endian. A file is read twice: `scan` finds out without any key whether it is whole and what was
signed, `opened` yields what is in it and compares again.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from pydantic import ValidationError

from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import FORMAT, HeaderMessage
from hubprotocol.keys import SIGNATURE_BYTES, sign, verify

MAGIC = b"SCOURIR1"
BLOCK_BYTES = 64 * 1024
MOST_HEADER_BYTES = 64 * 1024
_LENGTH = struct.Struct(">I")
_RECORD = struct.Struct(">cQ")
_OVERHEAD = 17


class Readable(Protocol):
    """Whatever yields the bytes of a file in order."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A whole courier file as anybody sees it: `hash` is the SHA-256 of all `size` bytes."""

    header: HeaderMessage
    header_hash: str
    body_hash: str
    signature: bytes
    hash: str
    size: int

    def is_signed_by(self, public: bytes) -> bool:
        """Tell whether the holder of an Ed25519 key sealed this very file."""
        return verify(public, _signed_bytes(self.header_hash, self.body_hash), self.signature)


@dataclass(frozen=True, slots=True)
class Record:
    """One thing in a file. `blocks` yields its `length` bytes and must be used before the next record."""

    kind: bytes
    length: int
    blocks: Iterator[bytes]

    def data(self, most: int) -> bytes:
        """Return all bytes. Raises CourierFault when there are more than `most`."""
        if self.length > most:
            raise CourierFault("bad-content", f"record of {self.length} bytes")
        return b"".join(self.blocks)


class Writer:
    """Writes one courier file into a sink. `make_header` gets the beginning of the secret stream."""

    def __init__(
        self, sink: Callable[[bytes], None], key: bytes, make_header: Callable[[bytes], HeaderMessage]
    ) -> None:
        from nacl.bindings import (
            crypto_secretstream_xchacha20poly1305_init_push,
            crypto_secretstream_xchacha20poly1305_state,
        )

        self._sink, self._whole, self._body = sink, hashlib.sha256(), hashlib.sha256()
        self._state = crypto_secretstream_xchacha20poly1305_state()
        stream = crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        self._header = make_header(stream)
        header = self._header.model_dump_json().encode()
        self._header_hash = hashlib.sha256(header).hexdigest()
        self._waiting, self._size = bytearray(), 0
        self._put(MAGIC + _LENGTH.pack(len(header)) + header)

    def record(self, kind: bytes, length: int, blocks: Iterable[bytes]) -> None:
        """Write one thing of `length` bytes. Raises ValueError when the blocks have another length."""
        self._add(_RECORD.pack(kind, length))
        for block in blocks:
            length -= len(block)
            self._add(block)
        if length:
            raise ValueError(f"{length} bytes too few")

    def finish(self, sign_seed: bytes) -> Scan:
        """Write the last block and the signature; return what a scan of the file will find."""
        self._push(len(self._waiting), last=True)
        signature = sign(sign_seed, _signed_bytes(self._header_hash, self._body.hexdigest()))
        self._put(_LENGTH.pack(0) + signature)
        return Scan(
            self._header,
            self._header_hash,
            self._body.hexdigest(),
            signature,
            self._whole.hexdigest(),
            self._size,
        )

    def _add(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > BLOCK_BYTES:
            self._push(BLOCK_BYTES, last=False)

    def _push(self, size: int, *, last: bool) -> None:
        from nacl.bindings import (
            crypto_secretstream_xchacha20poly1305_push,
            crypto_secretstream_xchacha20poly1305_TAG_FINAL,
            crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
        )

        tag = (
            crypto_secretstream_xchacha20poly1305_TAG_FINAL
            if last
            else crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        )
        plain = bytes(self._waiting[:size])
        del self._waiting[:size]
        box = crypto_secretstream_xchacha20poly1305_push(self._state, plain, self._header_hash.encode(), tag)
        framed = _LENGTH.pack(len(box)) + box
        self._body.update(framed)
        self._put(framed)

    def _put(self, data: bytes) -> None:
        self._whole.update(data)
        self._size += len(data)
        self._sink(data)


class _Hashed:
    """A stream that counts and hashes what is read of it."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.whole = hashlib.sha256()
        self.size = 0

    def exactly(self, size: int) -> bytes:
        """Return the next `size` bytes. Raises CourierFault `truncated` when there are fewer."""
        data = bytearray()
        while len(data) < size:
            more = self._stream.read(size - len(data))
            if not more:
                raise CourierFault("truncated", f"{self.size + len(data)} bytes")
            data += more
        self.whole.update(data)
        self.size += size
        return bytes(data)

    def ends(self) -> bool:
        """Tell whether nothing follows."""
        return not self._stream.read(1)


def peek(stream: Readable) -> tuple[HeaderMessage, str]:
    """Read a header alone; return it with its SHA-256, which no other file has. Raises CourierFault as `scan`."""
    return _header(_Hashed(stream))


def scan(stream: Readable) -> Scan:
    """Read a file to its end. Raises CourierFault `not-courier`, `newer-format`, `truncated` or `altered`."""
    hashed = _Hashed(stream)
    header, header_hash = _header(hashed)
    body = hashlib.sha256()
    for framed in _blocks(hashed):
        body.update(framed)
    signature = hashed.exactly(SIGNATURE_BYTES)
    if not hashed.ends():
        raise CourierFault("altered", "bytes behind the end")
    return Scan(header, header_hash, body.hexdigest(), signature, hashed.whole.hexdigest(), hashed.size)


def opened(stream: Readable, found: Scan, key: bytes) -> Iterator[Record]:
    """Yield what is in a scanned file, read again from its start.

    Raises CourierFault `truncated` or `altered` at the latest behind the last record: until then nothing that
    was yielded is certain to be all that was signed.
    """
    plain = _Plain(stream, found, key)
    while head := plain.read(_RECORD.size):
        if len(head) < _RECORD.size:
            raise CourierFault("altered", "half a record")
        kind, length = _RECORD.unpack(head)
        record = Record(kind, length, plain.stretch(length))
        yield record
        for _ in record.blocks:
            pass  # What the reader does not understand, it passes over.
    plain.compare()


class _Plain:
    """The decrypted bytes of a file in order."""

    def __init__(self, stream: Readable, found: Scan, key: bytes) -> None:
        from nacl.bindings import (
            crypto_secretstream_xchacha20poly1305_init_pull,
            crypto_secretstream_xchacha20poly1305_state,
        )

        self._hashed, self._found, self._body = _Hashed(stream), found, hashlib.sha256()
        header, self._header_hash = _header(self._hashed)
        self._state = crypto_secretstream_xchacha20poly1305_state()
        crypto_secretstream_xchacha20poly1305_init_pull(self._state, bytes.fromhex(header.stream), key)
        self._blocks = _blocks(self._hashed)
        self._waiting, self._over = b"", False

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
        while len(self._waiting) < size and not self._over:
            self._waiting += self._pull()
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        return data

    def stretch(self, length: int) -> Iterator[bytes]:
        """Yield the next `length` bytes in blocks."""
        while length:
            data = self.read(min(length, BLOCK_BYTES))
            if not data:
                raise CourierFault("altered", "half a record")
            length -= len(data)
            yield data

    def compare(self) -> None:
        """Raise CourierFault unless these were the bytes that had been scanned."""
        if any(True for _ in self._blocks):
            raise CourierFault("altered", "blocks behind the last")
        if (self._header_hash, self._body.hexdigest()) != (self._found.header_hash, self._found.body_hash):
            raise CourierFault("altered", "other bytes than before")

    def _pull(self) -> bytes:
        from nacl.bindings import (
            crypto_secretstream_xchacha20poly1305_pull,
            crypto_secretstream_xchacha20poly1305_TAG_FINAL,
        )
        from nacl.exceptions import CryptoError

        framed = next(self._blocks, b"")
        self._body.update(framed)
        try:
            plain, tag = crypto_secretstream_xchacha20poly1305_pull(
                self._state, framed[_LENGTH.size :], self._header_hash.encode()
            )
        except (CryptoError, RuntimeError, ValueError) as error:
            raise CourierFault("altered", "a block does not open") from error
        self._over = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL
        return bytes(plain)


def _header(hashed: _Hashed) -> tuple[HeaderMessage, str]:
    if hashed.exactly(len(MAGIC)) != MAGIC:
        raise CourierFault("not-courier", "magic")
    (length,) = _LENGTH.unpack(hashed.exactly(_LENGTH.size))
    if length > MOST_HEADER_BYTES:
        raise CourierFault("altered", f"header of {length} bytes")
    text = hashed.exactly(length)
    try:
        header = HeaderMessage.model_validate_json(text)
    except ValidationError as error:
        raise CourierFault("altered", f"header: {error.error_count()} wrong fields") from error
    if header.format != FORMAT:
        raise CourierFault("newer-format", str(header.format))
    return header, hashlib.sha256(text).hexdigest()


def _blocks(hashed: _Hashed) -> Iterator[bytes]:
    """Yield the blocks with their lengths, up to the zero behind them."""
    while True:
        head = hashed.exactly(_LENGTH.size)
        (length,) = _LENGTH.unpack(head)
        if length == 0:
            return
        if not _OVERHEAD <= length <= BLOCK_BYTES + _OVERHEAD:
            raise CourierFault("altered", f"block of {length} bytes")
        yield head + hashed.exactly(length)


def _signed_bytes(header_hash: str, body_hash: str) -> bytes:
    return "\n".join(("stationapp-courier-1", header_hash, body_hash)).encode()
