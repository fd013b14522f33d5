"""`POST /sync/v1/exchange`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from countyhub.acceptance import service
from countyhub.requests import Body, HubHere, parse, signed_by
from hubprotocol.messages import ExchangeRequest

router = APIRouter()
_LEVEL = 6


@router.post("/sync/v1/exchange")
def exchange(request: Request, hub: HubHere, body: Body) -> Response:
    """Push, acknowledgement, pull and attachment planning in one request."""
    device = signed_by(hub, request, body)
    answer = service.exchange(hub, device, parse(ExchangeRequest, request, body))
    return _packed(request, answer.model_dump_json().encode())


def _packed(request: Request, body: bytes) -> Response:
    """Compress the answer for whoever can read zstd."""
    offered = [one.split(";")[0].strip() for one in request.headers.get("accept-encoding", "").split(",")]
    if "zstd" not in offered:
        return Response(body, media_type="application/json", headers={"Vary": "Accept-Encoding"})
    from zstandard import ZstdCompressor

    headers = {"Content-Encoding": "zstd", "Vary": "Accept-Encoding"}
    return Response(
        ZstdCompressor(level=_LEVEL).compress(body), media_type="application/json", headers=headers
    )
