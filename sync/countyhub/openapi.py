"""`GET /sync/v1/openapi.json`: every endpoint with the very messages it reads and writes.

The document is made of the routes that are served and of the table below; a route without a row is an error, so that
nothing is served that is not described.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from countyhub import problems
from countyhub.attachments.headers import GENERATION, PARTIAL_UPLOAD
from hubprotocol import messages as wire
from hubprotocol.courier.messages import CarryRequest, CarryResponse
from hubprotocol.device_messages import (
    FarewellRequest,
    FarewellResponse,
    HubKeysResponse,
    KeyChangeResponse,
    KeyChangesRequest,
)
from hubprotocol.requests import DEVICE_HEADER, SIGNATURE_HEADER, TIME_HEADER
from hubprotocol.versions import MAX_VERSION

PATH = "/sync/v1/openapi.json"
router = APIRouter()
_JSON, _BYTES = "application/json", "application/octet-stream"
_UPLOAD = "/sync/v1/uploads/{upload_id}"
_COURIER = "/sync/v1/courier/{file_hash}/{place}"
_OFFSET = ("Upload-Offset", "Upload-Complete", "Upload-Length", "Upload-Limit", GENERATION, "Repr-Digest")
_VARIABLE = re.compile(r"\{(\w+)\}")

Content = type[wire.Message] | str | None
"""A message, the media type of bytes, or nothing at all."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What an endpoint reads and writes besides problems."""

    answers: Mapping[int, Content]
    asks: Content = None
    query: type[wire.Message] | None = None
    needs: tuple[str, ...] = ()  # header fields of the request
    may: tuple[str, ...] = ()  # header fields that a request may have
    tells: tuple[str, ...] = ()  # header fields an answer may have
    signed: bool = True
    plain: Mapping[str, Any] = field(default_factory=dict)  # the schema of JSON that no message describes


_PIECES = {
    "type": "object",
    "required": ["piece_size", "count", "missing"],
    "properties": {
        "piece_size": {"type": "integer"},
        "count": {"type": "integer"},
        "missing": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    },
}
# Members of problems whose type the IANA has registered, beside those of the message.
_REGISTERED = {
    "expected-offset": {"type": "integer"},
    "provided-offset": {"type": "integer"},
    "mismatched_digests": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["algorithm", "provided_digest", "header"],
            "properties": {name: {"type": "string"} for name in ("algorithm", "provided_digest", "header")},
        },
    },
}
_REFERENCE = Contract({200: wire.ReferenceResponse})
CONTRACTS: dict[tuple[str, str], Contract] = {
    ("GET", PATH): Contract({200: _JSON}, signed=False, plain={"type": "object"}),
    ("POST", "/sync/v1/enrol"): Contract({200: wire.EnrolResponse}, wire.EnrolRequest, signed=False),
    ("POST", "/sync/v1/device-key"): Contract({200: KeyChangeResponse}, KeyChangesRequest),
    ("GET", "/sync/v1/hub-keys"): Contract({200: HubKeysResponse}),
    ("POST", "/sync/v1/farewell"): Contract({200: FarewellResponse}, FarewellRequest),
    ("GET", "/sync/v1/reference/{name}"): _REFERENCE,
    ("GET", "/sync/v1/reference/{name}/{version}"): _REFERENCE,
    ("POST", "/sync/v1/exchange"): Contract({200: wire.ExchangeResponse}, wire.ExchangeRequest),
    ("GET", "/sync/v1/snapshot"): Contract(
        {200: wire.SnapshotMessage, 304: None},
        query=wire.SnapshotRequest,
        may=("If-None-Match",),
        tells=("ETag",),
    ),
    ("POST", "/sync/v1/digest"): Contract({200: wire.DigestResponse}, wire.DigestRequest),
    ("OPTIONS", "/sync/v1/uploads"): Contract(
        {204: None}, tells=("Upload-Limit", "Want-Repr-Digest", "Want-Content-Digest")
    ),
    ("POST", "/sync/v1/uploads"): Contract(
        {201: None, 204: None},
        PARTIAL_UPLOAD,
        needs=("Upload-Complete", "Repr-Digest"),
        may=("Upload-Length", "Content-Digest", GENERATION),
        tells=("Location", *_OFFSET),
    ),
    ("HEAD", _UPLOAD): Contract({204: None}, may=(GENERATION,), tells=_OFFSET),
    ("GET", _UPLOAD): Contract({204: None}, may=(GENERATION,), tells=_OFFSET),
    ("PATCH", _UPLOAD): Contract(
        {204: None},
        PARTIAL_UPLOAD,
        needs=("Upload-Offset", "Upload-Complete"),
        may=("Upload-Length", "Content-Digest", GENERATION),
        tells=_OFFSET,
    ),
    ("DELETE", _UPLOAD): Contract({204: None}, may=(GENERATION,)),
    ("PUT", _UPLOAD + "/pieces/{number}"): Contract(
        {204: None}, _BYTES, needs=("Content-Digest",), tells=_OFFSET
    ),
    ("GET", _UPLOAD + "/pieces"): Contract({200: _JSON}, plain=_PIECES, tells=_OFFSET),
    ("GET", "/sync/v1/attachments/{sha256}"): Contract(
        {200: _BYTES, 206: _BYTES, 304: None},
        may=("Range", "If-Range", "If-None-Match"),
        tells=("ETag", "Accept-Ranges", "Content-Range", "Repr-Digest"),
    ),
    ("POST", "/sync/v1/courier"): Contract({200: CarryResponse}, CarryRequest),
    ("PUT", _COURIER): Contract({204: None}, _BYTES),
    ("GET", _COURIER): Contract({200: _BYTES}),
}


@router.get(PATH)
def read_document(request: Request) -> JSONResponse:
    """Describe the exchange to whoever writes a client or a test."""
    app: FastAPI = request.app
    if app.openapi_schema is None:
        app.openapi_schema = document(app)
    return JSONResponse(app.openapi_schema)


def served(app: FastAPI) -> dict[tuple[str, str], APIRoute]:
    """Return every route an application serves, by method and path. Raises TypeError for one of another kind."""
    return {
        (method, route.path): route for route in _routes(app.routes) for method in sorted(route.methods or ())
    }


def _routes(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """An included router stands in the list as one entry, with its own routes behind it."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner.routes)
        elif isinstance(route, APIRoute):
            yield route
        else:
            raise TypeError(type(route).__name__)


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document. Raises KeyError for a route that no contract describes."""
    models = {one for row in CONTRACTS.values() for one in (row.asks, row.query, *row.answers.values())}
    kinds = sorted((one for one in models if isinstance(one, type)), key=lambda one: one.__name__)
    listed = [(kind, "validation") for kind in (*kinds, wire.ProblemMessage)]
    _, schemas = models_json_schema(listed, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # a list of literal pairs
    schemas["$defs"][wire.ProblemMessage.__name__]["properties"] |= _REGISTERED
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), route in served(app).items():
        contract = CONTRACTS[method, path]
        paths.setdefault(path, {})[method.lower()] = _operation(path, contract, route, schemas["$defs"])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Exchange between stations and county hub", "version": str(MAX_VERSION)},
        "paths": paths,
        "components": {"schemas": schemas["$defs"]},
    }


def _operation(path: str, contract: Contract, route: APIRoute, schemas: dict[str, Any]) -> dict[str, Any]:
    answers = {str(status): _answer(contract, kind) for status, kind in contract.answers.items()}
    problem = {problems.MEDIA_TYPE: {"schema": _schema(wire.ProblemMessage)}}
    answers["default"] = {"description": "A problem (RFC 9457)", "content": problem}
    told: dict[str, Any] = {
        "summary": inspect.getdoc(route.endpoint) or "",
        "parameters": list(_parameters(path, contract, schemas)),
        "responses": answers,
    }
    if contract.asks is not None:
        # A stream may be opened, or told to be whole, without content.
        told["requestBody"] = {
            "required": contract.asks != PARTIAL_UPLOAD,
            "content": _content(contract.asks, contract.plain),
        }
    return told


def _parameters(path: str, contract: Contract, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    found = [_parameter(name, "path") for name in _VARIABLE.findall(path)]
    signature = (DEVICE_HEADER, TIME_HEADER, SIGNATURE_HEADER) if contract.signed else ()
    found += [_parameter(name, "header") for name in (*signature, *contract.needs)]
    found += [_parameter(name, "header") | {"required": False} for name in contract.may]
    if contract.query is not None:
        shape = schemas[contract.query.__name__]
        for name, schema in shape["properties"].items():
            needed = name in shape.get("required", ())
            found.append({"name": name, "in": "query", "required": needed, "schema": schema})
    return found


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": True, "schema": {"type": "string"}}


def _answer(contract: Contract, kind: Content) -> dict[str, Any]:
    told: dict[str, Any] = {"description": "Done"}
    if kind is not None:
        told["content"] = _content(kind, contract.plain)
    if contract.tells:
        told["headers"] = {name: {"schema": {"type": "string"}} for name in contract.tells}
    return told


def _content(kind: Content, plain: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(kind, type):
        return {_JSON: {"schema": _schema(kind)}}
    return {str(kind): {"schema": dict(plain) if kind == _JSON else {"type": "string", "format": "binary"}}}


def _schema(kind: type[wire.Message]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
