"""The header fields of resumable upload (IETF draft), its pieces, and partial download (RFC 9110 section 14)."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from stationapp.exchange.answers import Answer, require_success
from stationapp.exchange.transport import PIECE_BYTES, HubFault, NotTheHub, OtherSize, Stretch, UploadState

TARGET = "/sync/v1/uploads"
_TRUE, _FALSE = "?1", "?0"
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def creation(sha256: str, size: int, whole: bool) -> dict[str, str]:
    """Return the fields that begin an upload of `size` bytes, which come along when it is `whole`."""
    return {
        "upload-complete": _TRUE if whole else _FALSE,
        "upload-length": str(size),
        "repr-digest": _digest(bytes.fromhex(sha256)),
    }


def appending(offset: int, last: bool) -> dict[str, str]:
    """Return the fields of a run of bytes from `offset` on."""
    return {
        "content-type": "application/partial-upload",
        "upload-offset": str(offset),
        "upload-complete": _TRUE if last else _FALSE,
    }


def pieces_of(url: str) -> str:
    """Return where the pieces of an upload are."""
    return f"{url}/pieces"


def stretch_of(index: int, total: int) -> Stretch:
    """Return which bytes a piece has."""
    first = index * PIECE_BYTES
    return Stretch(first, min(PIECE_BYTES, total - first), total)


def piece(data: bytes) -> dict[str, str]:
    """Return the fields of one piece, which the hub checks by its digest (RFC 9530)."""
    return {
        "content-type": "application/octet-stream",
        "content-digest": _digest(hashlib.sha256(data).digest()),
    }


def missing(answer: Answer) -> tuple[int, ...]:
    """Return the numbers of the pieces an answer names as missing."""
    require_success(answer)
    try:
        said = json.loads(answer.body)
        runs = [(int(first), int(last)) for first, last in said["missing"]]
        size, count = int(said["piece_size"]), int(said["count"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotTheHub(f"{answer.status} without a list of pieces") from error
    if size != PIECE_BYTES or any(not 0 <= first <= last < count for first, last in runs):
        raise HubFault(f"pieces of {size} bytes, {count} of them")
    return tuple(index for first, last in runs for index in range(first, last + 1))


def wanting(stretch: Stretch) -> dict[str, str]:
    """Return the fields that ask for a stretch, uncompressed so that offsets count."""
    last = stretch.offset + stretch.length - 1
    return {"range": f"bytes={stretch.offset}-{last}", "accept-encoding": "identity"}


def created(answer: Answer) -> UploadState:
    """Return the upload an answer to a creation names, complete when the hub has the attachment already."""
    require_success(answer)
    location = answer.headers.get("location", "")
    if answer.headers.get("upload-complete") == _TRUE:
        return state(location, answer)
    if not location.startswith(TARGET + "/"):
        raise NotTheHub(f"{answer.status} without the place of the upload")
    return state(location, answer)


def state(url: str, answer: Answer) -> UploadState:
    """Return where an upload stands by an answer's fields."""
    require_success(answer)
    complete = answer.headers.get("upload-complete", "") == _TRUE
    offset = answer.headers.get("upload-offset", "")
    if not offset.isdecimal():
        raise NotTheHub(f"{answer.status} without an upload offset")
    return UploadState(url, int(offset), complete)


def skipped(answer: Answer, stretch: Stretch) -> int:
    """Return how many bytes to leave out at the start of an answer's body, of which only the head was read.

    Raises OtherSize for a file of another size, HubFault for another stretch than asked for, NotTheHub for another
    kind of answer.
    """
    require_success(answer)
    if answer.media_type in ("text/html", "application/json"):
        raise NotTheHub(f"{answer.status} {answer.media_type} for an attachment")
    if answer.status == 200:
        _refuse_other_size(int(answer.headers.get("content-length", stretch.total)), stretch)
        return stretch.offset
    found = _RANGE.fullmatch(answer.headers.get("content-range", ""))
    if found is None or int(found[1]) != stretch.offset:
        raise HubFault(f"{answer.status} with another range than asked for")
    _refuse_other_size(int(found[3]), stretch)
    return 0


def _refuse_other_size(size: int, stretch: Stretch) -> None:
    if size != stretch.total:
        raise OtherSize(size)


def _digest(digest: bytes) -> str:
    return f"sha-256=:{base64.b64encode(digest).decode()}:"
