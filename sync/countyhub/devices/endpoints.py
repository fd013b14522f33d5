"""What a PC says of itself: `POST /sync/v1/enrol`, `/device-key`, `/farewell`, and `GET /sync/v1/hub-keys`."""

from __future__ import annotations

from fastapi import APIRouter, Request

from countyhub.devices import keys, orders, service
from countyhub.limits.gate import guesses_counted
from countyhub.problems import Problem
from countyhub.requests import MAX_SMALL_BYTES, Body, HubHere, SmallBody, parse, refuse_unsigned, signed_by
from hubprotocol.device_messages import (
    FarewellRequest,
    FarewellResponse,
    HubKeysResponse,
    KeyChangeResponse,
    KeyChangesRequest,
)
from hubprotocol.messages import EnrolRequest, EnrolResponse
from hubprotocol.requests import DEVICE_HEADER

router = APIRouter()


@router.post("/sync/v1/enrol")
def enrol(request: Request, hub: HubHere, body: SmallBody) -> EnrolResponse:
    """Give a new PC its identity in exchange for its one-time code; whoever guesses codes is soon not heard."""
    asked = parse(EnrolRequest, request, body, MAX_SMALL_BYTES)
    with guesses_counted(request):
        return service.enrol(hub, asked)


@router.post("/sync/v1/device-key")
def change_key(request: Request, hub: HubHere, body: SmallBody) -> KeyChangeResponse:
    """Know a PC by its newest key; the request is signed by that one."""
    changes = parse(KeyChangesRequest, request, body, MAX_SMALL_BYTES).unpack_all()
    device = request.headers.get(DEVICE_HEADER, "")
    if {change.device for change in changes} != {device}:
        raise Problem("bad-signature")
    refuse_unsigned(request, device, bytes.fromhex(changes[-1].new_public), body)
    return keys.take_changes(hub, changes)


@router.get("/sync/v1/hub-keys")
def hub_keys(request: Request, hub: HubHere, body: SmallBody) -> HubKeysResponse:
    """Tell by which keys the hub signed and signs, each announced by the one before; a lost PC hears it too."""
    signed_by(hub, request, body, lost_too=True)
    return keys.hub_keys(hub)


@router.post("/sync/v1/farewell")
def farewell(request: Request, hub: HubHere, body: Body) -> FarewellResponse:
    """Note that a lost PC will be wiped, or was."""
    device = signed_by(hub, request, body, lost_too=True)
    return orders.take_leave(hub, device, parse(FarewellRequest, request, body))
