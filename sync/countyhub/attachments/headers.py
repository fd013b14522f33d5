"""The headers of resumable uploads (draft-ietf-httpbis-resumable-upload) and digests (RFC 9530)."""

from __future__ import annotations

import base64
import binascii
import re

from fastapi import Request

from countyhub.attachments.service import MAX_BYTES, Progress
from countyhub.problems import Problem

PARTIAL_UPLOAD = "application/partial-upload"
_NUMBER = re.compile(r"[0-9]{1,15}")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


def number(request: Request, name: str) -> int:
    """Return a header's number of bytes. Raises Problem `bad-request` when it has none."""
    text = request.headers.get(name, "").strip()
    if not _NUMBER.fullmatch(text):
        raise Problem("bad-request", name)
    return int(text)


def is_whole(request: Request) -> bool:
    """Return what Upload-Complete says: whether the rest of the file is in this request."""
    text = request.headers.get("upload-complete", "").strip()
    if text not in {"?0", "?1"}:
        raise Problem("bad-request", "Upload-Complete")
    return text == "?1"


def sha256_of(request: Request) -> str:
    """Return the digest in Repr-Digest as 64 hex digits."""
    for part in request.headers.get("repr-digest", "").split(","):
        match = _DIGEST.fullmatch(part.strip())
        if match:
            try:
                return base64.b64decode(match[1], validate=True).hex()
            except binascii.Error as error:
                raise Problem("bad-request", "Repr-Digest") from error
    raise Problem("bad-request", "Repr-Digest")


def of_progress(progress: Progress) -> dict[str, str]:
    """Return the headers that tell where an upload stands."""
    return {
        "Upload-Offset": str(progress.received),
        "Upload-Length": str(progress.length),
        "Upload-Complete": "?1" if progress.complete else "?0",
        "Upload-Limit": f"max-size={MAX_BYTES}",
        "Cache-Control": "no-store",
    }
