"""Digest fields of RFC 9530: Repr-Digest names a file, Content-Digest checks what one request carries."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from countyhub.problems import Problem

if TYPE_CHECKING:  # The commands know uploads too, and never answer a request.
    from fastapi import Request

WANTED = "sha-256=10"
"""What Want-Repr-Digest and Want-Content-Digest say: this one and no other."""

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


def representation(request: Request) -> str:
    """Return the whole file's SHA-256 in Repr-Digest as 64 hex digits."""
    found = _sha256(request, "Repr-Digest")
    if not found:
        raise Problem("bad-request", "Repr-Digest").with_headers({"Want-Repr-Digest": WANTED})
    return found


def content(request: Request, *, required: bool) -> str:
    """Return the SHA-256 of the request's content as 64 hex digits; empty when it is neither given nor required."""
    if not required and "content-digest" not in request.headers:
        return ""
    found = _sha256(request, "Content-Digest")
    if not found:
        raise Problem("bad-request", "Content-Digest").with_headers({"Want-Content-Digest": WANTED})
    return found


def field(sha256: str) -> str:
    """Return the value of a digest field."""
    return f"sha-256={_bytes(sha256)}"


def mismatch(code: str, header: str, sha256: str) -> Problem:
    """Return the problem that what arrived has not the digest that was given."""
    given = {"algorithm": "sha-256", "provided_digest": _bytes(sha256), "header": header}
    return Problem(code, mismatched_digests=[given])


def _bytes(sha256: str) -> str:
    return f":{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def _sha256(request: Request, name: str) -> str:
    for part in request.headers.get(name, "").split(","):
        match = _DIGEST.fullmatch(part.strip())
        if match:
            try:
                return base64.b64decode(match[1], validate=True).hex()
            except binascii.Error as error:
                raise Problem("bad-request", name) from error
    return ""
