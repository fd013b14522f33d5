"""`POST /sync/v1/digest`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from countyhub.audit import service
from countyhub.requests import Body, HubHere, packed, parse, signed_by
from hubprotocol.messages import DigestRequest

router = APIRouter()


@router.post("/sync/v1/digest")
def digest(request: Request, hub: HubHere, body: Body) -> Response:
    """Where a station's holdings differ from what its mailbox makes visible."""
    device = signed_by(hub, request, body)
    answer = service.compare(hub, device, parse(DigestRequest, request, body))
    return packed(request, answer.model_dump_json().encode())
