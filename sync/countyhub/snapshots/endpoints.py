"""`GET /sync/v1/snapshot`."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request, Response

from countyhub.requests import HubHere, packed, parse_query, signed_by
from countyhub.snapshots import service
from hubprotocol.messages import SnapshotRequest

router = APIRouter()


@router.get("/sync/v1/snapshot")
def snapshot(request: Request, hub: HubHere) -> Response:
    """A page of a snapshot. Its strong ETag is the digest of the body as sent: pages never change."""
    device = signed_by(hub, request, b"")
    message = service.page(hub, device, parse_query(SnapshotRequest, request))
    answer = packed(request, message.model_dump_json().encode())
    etag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()}"'
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    if etag in _known(request):
        kept = {name: answer.headers[name] for name in ("ETag", "Cache-Control", "Vary")}
        return Response(status_code=304, headers=kept)
    return answer


def _known(request: Request) -> set[str]:
    """The ETags in If-None-Match; a weak one names the same page."""
    given = request.headers.get("if-none-match", "").split(",")
    return {one.strip().removeprefix("W/") for one in given}
