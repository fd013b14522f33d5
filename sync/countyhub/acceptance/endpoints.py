"""`POST /sync/v1/exchange`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from countyhub.acceptance import service
from countyhub.requests import Body, HubHere, packed, parse, signed_by
from hubprotocol.messages import ExchangeRequest

router = APIRouter()


@router.post("/sync/v1/exchange")
def exchange(request: Request, hub: HubHere, body: Body) -> Response:
    """Push, acknowledgement, pull and attachment planning in one request."""
    device = signed_by(hub, request, body)
    answer = service.exchange(hub, device, parse(ExchangeRequest, request, body))
    return packed(request, answer.model_dump_json().encode())
