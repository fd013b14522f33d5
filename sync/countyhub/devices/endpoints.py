"""`POST /sync/v1/enrol`."""

from __future__ import annotations

from fastapi import APIRouter, Request

from countyhub.devices import service
from countyhub.requests import Body, HubHere, parse
from hubprotocol.messages import EnrolRequest, EnrolResponse

router = APIRouter()


@router.post("/sync/v1/enrol")
def enrol(request: Request, hub: HubHere, body: Body) -> EnrolResponse:
    """Give a new PC its identity in exchange for its one-time code."""
    return service.enrol(hub, parse(EnrolRequest, request, body))
