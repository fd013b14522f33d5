"""`POST /sync/v1/courier`, and the pieces of files on their way up and down."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response

from countyhub.courier import spool
from countyhub.problems import Problem
from countyhub.requests import Body, HubHere, parse, signed_by
from hubprotocol.courier.messages import CarryRequest, CarryResponse

router = APIRouter()
_HASH = re.compile(r"[0-9a-f]{64}")
_PLACE = re.compile(r"[0-9]{1,5}")


@router.post("/sync/v1/courier")
def announce(request: Request, hub: HubHere, body: Body) -> CarryResponse:
    """Say how far a carried file is; take it when all of it is there."""
    carrier = signed_by(hub, request, body)
    return spool.announce(hub, carrier, parse(CarryRequest, request, body))


@router.put("/sync/v1/courier/{file_hash}/{place}")
def put_piece(request: Request, hub: HubHere, body: Body, file_hash: str, place: str) -> Response:
    """Keep a piece of a carried file; the same piece may come again."""
    carrier = signed_by(hub, request, body)
    spool.put_piece(hub, carrier, *_checked(file_hash, place), body)
    return Response(status_code=204)


@router.get("/sync/v1/courier/{file_hash}/{place}")
def get_piece(request: Request, hub: HubHere, body: Body, file_hash: str, place: str) -> Response:
    """Return a piece of a sealed answer."""
    signed_by(hub, request, body)
    return Response(
        spool.answer_piece(hub, *_checked(file_hash, place)), media_type="application/octet-stream"
    )


def _checked(file_hash: str, place: str) -> tuple[str, int]:
    if not _HASH.fullmatch(file_hash) or not _PLACE.fullmatch(place):
        raise Problem("not-found")
    return file_hash, int(place)
