"""How the bodies of exchanges are compressed: zstd, for short ones with a dictionary that both sides have.

The coding with a dictionary is `dcz` of RFC 9842: eight fixed bytes and the dictionary's SHA-256, which together are
a zstd frame that decoders skip, and then a zstd frame made with the dictionary as raw content. Dictionaries are files
named by a number; one that was ever published stays, so that what was made with it can be read.
"""

from __future__ import annotations

import base64
import hashlib
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zstandard import ZstdCompressionDict

IDENTITY, ZSTD, DCZ = "identity", "zstd", "dcz"
AVAILABLE_HEADER = "Available-Dictionary"
NEWEST = "1"

_FOLDER = Path(__file__).parent / "dictionaries"
_MAGIC = bytes.fromhex("5e2a4d1820000000")
_HEAD_BYTES = len(_MAGIC) + hashlib.sha256().digest_size
_WINDOW_BYTES = 8 * 1024 * 1024
_GAINS_NOTHING = 128  # bytes
# About twenty events. Longer bodies teach the coder as much by themselves, and cost more time at the higher level.
_SHORT = 32 * 1024
_LEVEL, _LEVEL_OF_SHORT = 6, 15


class NotUnpackable(ValueError):
    """A compressed body is damaged."""


class StrangeCodingError(ValueError):
    """A body is in a coding, or was made with a dictionary, that is not known here."""


class TooLong(ValueError):
    """A body is longer than allowed when unpacked."""


def pack(body: bytes, shared: str = "") -> tuple[bytes, str]:
    """Return a body as it is sent and its content coding; `shared` is the number of a dictionary the other side has."""
    if len(body) <= _GAINS_NOTHING:
        return body, IDENTITY
    from zstandard import ZstdCompressor

    if not shared or len(body) > _SHORT:
        return ZstdCompressor(level=_LEVEL).compress(body), ZSTD
    coder = ZstdCompressor(dict_data=_dictionary(shared))
    return _MAGIC + digest_of(shared) + coder.compress(body), DCZ


def unpack(body: bytes, coding: str, limit: int) -> bytes:
    """Return a body as it was before `pack`.

    Raises StrangeCodingError, NotUnpackable, or TooLong when it would have more than `limit` bytes.
    """
    coding = coding.strip().lower()
    if coding in {"", IDENTITY}:
        return body
    if coding == ZSTD:
        return _decompress(body, None, limit)
    if coding != DCZ:
        raise StrangeCodingError(f"coding {coding[:20]}")
    if len(body) < _HEAD_BYTES or not body.startswith(_MAGIC):
        raise NotUnpackable("no dictionary is named")
    number = used_in(body)
    if not number:
        raise StrangeCodingError("dictionary")
    return _decompress(body[_HEAD_BYTES:], _dictionary(number), limit)


def available() -> str:
    """Return the value of `Available-Dictionary` with which one side says that it has the newest dictionary."""
    return _named(digest_of(NEWEST))


def announced(value: str) -> str:
    """Return the number of the dictionary that a value of `Available-Dictionary` names, empty for none of ours."""
    return next((number for digest, number in _numbers().items() if value == _named(digest)), "")


def used_in(body: bytes) -> str:
    """Return the number of the dictionary a `dcz` body was made with, empty for none of ours."""
    return _numbers().get(body[len(_MAGIC) : _HEAD_BYTES], "")


@cache
def digest_of(number: str) -> bytes:
    """Return the SHA-256 (32 bytes) of a dictionary, its name on the wire."""
    return hashlib.sha256(content_of(number)).digest()


def content_of(number: str) -> bytes:
    """Return the bytes of a dictionary."""
    return (_FOLDER / f"{number}.zdict").read_bytes()


def _named(digest: bytes) -> str:
    return f":{base64.b64encode(digest).decode()}:"


def _decompress(body: bytes, dictionary: ZstdCompressionDict | None, limit: int) -> bytes:
    from zstandard import CONTENTSIZE_UNKNOWN, ZstdDecompressor, ZstdError, get_frame_parameters

    decoder = ZstdDecompressor(dict_data=dictionary, max_window_size=_WINDOW_BYTES)
    try:
        told = get_frame_parameters(body).content_size
        with decoder.stream_reader(io.BytesIO(body)) as reader:
            unpacked = reader.read(limit + 1)
    except ZstdError as error:
        raise NotUnpackable(str(error)) from error
    if told not in {CONTENTSIZE_UNKNOWN, len(unpacked)} and len(unpacked) <= limit:
        raise NotUnpackable("the end is missing")
    if len(unpacked) > limit:
        raise TooLong(f"more than {limit} bytes")
    return unpacked


@cache
def _numbers() -> dict[bytes, str]:
    """The numbers of all dictionaries by their names on the wire."""
    return {digest_of(file.stem): file.stem for file in _FOLDER.glob("*.zdict")}


@cache
def _dictionary(number: str) -> ZstdCompressionDict:
    from zstandard import DICT_TYPE_RAWCONTENT, ZstdCompressionDict

    made = ZstdCompressionDict(content_of(number), dict_type=DICT_TYPE_RAWCONTENT)
    made.precompute_compress(level=_LEVEL_OF_SHORT)  # Otherwise each body takes five times as long.
    return made
