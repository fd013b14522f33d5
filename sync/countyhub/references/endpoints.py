"""`GET /sync/v1/reference/{name}` and `/{name}/{version}`."""

from __future__ import annotations

from fastapi import APIRouter, Request

from countyhub.problems import Problem
from countyhub.references import service
from countyhub.requests import Body, HubHere, signed_by
from hubprotocol.messages import ReferenceResponse

router = APIRouter()


@router.get("/sync/v1/reference/{name}")
@router.get("/sync/v1/reference/{name}/{version}")
def read_reference(
    request: Request, hub: HubHere, body: Body, name: str, version: str = ""
) -> ReferenceResponse:
    """Return a reference document, by default the version in force."""
    signed_by(hub, request, body)
    document = service.read(hub, name, version)
    if document is None:
        raise Problem("not-found")
    return ReferenceResponse(
        name=name, version=document.version, body=document.body, signature=document.signature
    )
