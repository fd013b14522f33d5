"""The header fields of resumable upload (IETF draft) and of partial download (RFC 9110 section 14)."""

from __future__ import annotations

import base64
import re

from stationapp.exchange.answers import Answer, require_success
from stationapp.exchange.transport import HubFault, NotTheHub, Piece, UploadState

TARGET = "/sync/v1/uploads"
_TRUE, _FALSE = "?1", "?0"
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def creation(sha256: str, size: int) -> dict[str, str]:
    """Return the fields that begin an upload of `size` bytes; its content is named by its digest."""
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    return {
        "upload-complete": _FALSE,
        "upload-length": str(size),
        "repr-digest": f"sha-256=:{digest}:",
    }


def appending(offset: int, last: bool) -> dict[str, str]:
    """Return the fields of a run of bytes from `offset` on."""
    return {
        "content-type": "application/partial-upload",
        "upload-offset": str(offset),
        "upload-complete": _TRUE if last else _FALSE,
    }


def wanting(offset: int, length: int) -> dict[str, str]:
    """Return the fields that ask for `length` bytes from `offset` on, uncompressed so that offsets count."""
    return {"range": f"bytes={offset}-{offset + length - 1}", "accept-encoding": "identity"}


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


def piece(answer: Answer, offset: int) -> Piece:
    """Return the bytes an answer brings from `offset` on. Raises HubFault for another range."""
    require_success(answer)
    if answer.media_type in ("text/html", "application/json"):
        raise NotTheHub(f"{answer.status} {answer.media_type} for an attachment")
    if answer.status == 200:
        return Piece(answer.body[offset:], len(answer.body))
    found = _RANGE.fullmatch(answer.headers.get("content-range", ""))
    if found is None or int(found[1]) != offset or int(found[2]) - offset + 1 != len(answer.body):
        raise HubFault(f"{answer.status} with another range than asked for")
    return Piece(answer.body, int(found[3]))
