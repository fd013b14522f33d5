"""The header fields of resumable uploads (draft-ietf-httpbis-resumable-upload)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from fastapi import Request

from countyhub.attachments import digests
from countyhub.attachments.limits import MAX_BYTES, STALE_DAYS
from countyhub.attachments.repository import Upload
from countyhub.problems import Problem

PARTIAL_UPLOAD = "application/partial-upload"
GENERATION = "Upload-Generation"
"""A field of our own: who holds the upload. A request that names an older one is answered `superseded`."""

_NUMBER = re.compile(r"[0-9]{1,15}")
_LIFETIME = timedelta(days=STALE_DAYS)
_LIMITS = f"max-size={MAX_BYTES}, min-size=0, max-append-size={MAX_BYTES}, min-append-size=0"


def number(request: Request, name: str) -> int | None:
    """Return a field's number; None when it is not there or, as the draft wants, when it is something else."""
    text = request.headers.get(name, "").strip()
    return int(text) if _NUMBER.fullmatch(text) else None


def needed_number(request: Request, name: str) -> int:
    """Return a field's number. Raises Problem `bad-request` when it has none."""
    found = number(request, name)
    if found is None:
        raise Problem("bad-request", name)
    return found


def is_whole(request: Request) -> bool:
    """Return what Upload-Complete says: whether the rest of the file is in this request."""
    text = request.headers.get("upload-complete", "").strip()
    if text not in {"?0", "?1"}:
        raise Problem("bad-request", "Upload-Complete")
    return text == "?1"


def length_at_creation(request: Request, *, whole: bool) -> int:
    """Return the file's length: Upload-Length, or Content-Length when all of it is in the request."""
    told = number(request, "upload-length")
    carried = number(request, "content-length") if whole else None
    if told is None and carried is None:
        raise Problem("bad-request", "Upload-Length").with_headers(limits())
    if told is not None and carried is not None and told != carried:
        raise inconsistent()
    length = (carried if told is None else told) or 0
    if length > MAX_BYTES:
        raise Problem("too-large", f"at most {MAX_BYTES} bytes").with_headers(limits())
    return length


def refuse_other_length(request: Request, upload: Upload, *, whole: bool) -> None:
    """Raise Problem `inconsistent-length` when an append speaks of a file of another length."""
    told, carried = number(request, "upload-length"), number(request, "content-length")
    end = None if carried is None else upload.received + carried
    if told not in {None, upload.length}:
        raise inconsistent()
    if end is not None and (end > upload.length or (whole and end != upload.length)):
        raise inconsistent()


def inconsistent() -> Problem:
    """Return the problem that a request speaks of another length than the file has."""
    return Problem("inconsistent-length").with_headers({"Upload-Complete": "?0"})


def wrong_offset(upload: Upload, offset: int) -> Problem:
    """Return the problem that a request would append at another place than where the upload stands."""
    stands = {"Upload-Offset": str(upload.received), "Upload-Complete": "?0"}
    problem = Problem("wrong-offset", expected_offset=upload.received, provided_offset=offset)
    return problem.with_headers(stands | {GENERATION: str(upload.generation)})


def refuse_outdated(request: Request, upload: Upload) -> None:
    """Raise Problem `superseded` when a request names an older generation: it was overtaken on its way."""
    named = number(request, GENERATION)
    if named is not None and named != upload.generation:
        raise Problem("superseded")


def limits() -> dict[str, str]:
    """Return the fields that tell what a creation may ask for."""
    return {"Upload-Limit": _LIMITS}


def of_upload(upload: Upload, now: datetime) -> dict[str, str]:
    """Return the fields that tell where an upload stands."""
    left = datetime.fromisoformat(upload.created_at) + _LIFETIME - now
    fields = {
        "Upload-Offset": str(upload.length if upload.completed_at else upload.received),
        "Upload-Length": str(upload.length),
        "Upload-Complete": "?1" if upload.completed_at else "?0",
        "Upload-Limit": f"{_LIMITS}, max-age={max(0, int(left.total_seconds()))}",
        GENERATION: str(upload.generation),
        "Cache-Control": "no-store",
    }
    return fields | ({"Repr-Digest": digests.field(upload.sha256)} if upload.completed_at else {})


def of_attachment(sha256: str, length: int) -> dict[str, str]:
    """Return the fields of an upload that is not needed, for the hub has the attachment."""
    return {
        "Upload-Offset": str(length),
        "Upload-Length": str(length),
        "Upload-Complete": "?1",
        "Upload-Limit": _LIMITS,
        "Repr-Digest": digests.field(sha256),
        "Cache-Control": "no-store",
    }
