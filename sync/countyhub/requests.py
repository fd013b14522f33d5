"""Reading a request: body within limits, decompressed within limits, and which device signed it."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from countyhub.devices import service as devices
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.limits.buckets import Limits
from countyhub.limits.gate import address_of
from countyhub.problems import Problem
from hubprotocol.compression import (
    AVAILABLE_HEADER,
    DCZ,
    IDENTITY,
    ZSTD,
    NotUnpackable,
    StrangeCodingError,
    TooLong,
    announced,
    pack,
    unpack,
    used_in,
)
from hubprotocol.messages import Message
from hubprotocol.requests import DEVICE_HEADER, SIGNATURE_HEADER, TIME_HEADER, is_signed

MAX_SENT_BYTES = 16 * 1024 * 1024
MAX_SMALL_BYTES = 16 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024

_DEVICE = re.compile(r"[0-9a-f]{32}")

M = TypeVar("M", bound=Message)


async def hub_of(request: Request) -> Hub:
    """Return the hub this application serves; asynchronous, so that it needs no thread, of which there are few."""
    hub: Hub = request.app.state.hub
    return hub


async def read_body(request: Request) -> bytes:
    """Return the body as sent; Problem `too-large` beyond 16 MiB."""
    return await read_upto(request, MAX_SENT_BYTES)


async def read_small_body(request: Request) -> bytes:
    """Return the body as sent; Problem `too-large` beyond 16 KiB: it is read before anybody is known."""
    return await read_upto(request, MAX_SMALL_BYTES)


async def read_upto(request: Request, limit: int) -> bytes:
    """Return the body as sent; Problem `too-large` beyond `limit` bytes, `bad-request` when it breaks off."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise Problem("too-large", f"at most {limit} bytes")
            parts.append(part)
    except (
        ClientDisconnect
    ) as gone:  # A line that breaks is no fault of this program's; nobody reads the answer.
        raise Problem("bad-request", f"the body broke off after {size} bytes") from gone
    return b"".join(parts)


HubHere = Annotated[Hub, Depends(hub_of)]
Body = Annotated[bytes, Depends(read_body)]
SmallBody = Annotated[bytes, Depends(read_small_body)]


def parse(kind: type[M], request: Request, body: bytes, limit: int = MAX_UNPACKED_BYTES) -> M:
    """Return the message in a body; Problem when it is compressed or shaped otherwise than agreed, or longer
    than `limit` bytes when unpacked.
    """
    unpacked = _unpacked(request, body, limit)
    try:
        return kind.model_validate_json(unpacked)
    except ValidationError as error:
        raise _misshapen(error) from error


def parse_query(kind: type[M], request: Request) -> M:
    """Return the message in a query; Problem when it is shaped otherwise than agreed."""
    try:
        return kind.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise _misshapen(error) from error


def _misshapen(error: ValidationError) -> Problem:
    """Only where it is wrong: the values may be personal."""
    places = (".".join(str(part) for part in one["loc"]) for one in error.errors(include_input=False))
    return Problem("bad-request", "; ".join(sorted(set(places)))[:500])


def packed(request: Request, body: bytes) -> Response:
    """Return JSON as an answer, compressed for whoever can read zstd, with the dictionary the request names."""
    offered = [one.split(";")[0].strip() for one in request.headers.get("accept-encoding", "").split(",")]
    headers = {"Vary": "Accept-Encoding, Available-Dictionary"}
    if ZSTD in offered:
        body, coding = pack(body, _dictionary_of(request) if DCZ in offered else "")
        headers |= {"Content-Encoding": coding} if coding != IDENTITY else {}
    return Response(body, media_type="application/json", headers=headers)


def _dictionary_of(request: Request) -> str:
    """Who sends with a dictionary has it; who does not, may name it."""
    used: str = getattr(request.state, "dictionary", "")
    return used or announced(request.headers.get(AVAILABLE_HEADER, ""))


def _unpacked(request: Request, body: bytes, limit: int) -> bytes:
    coding = request.headers.get("content-encoding", IDENTITY)
    try:
        unpacked = unpack(body, coding, limit)
    except StrangeCodingError as error:
        raise Problem("unsupported-media", "Content-Encoding is zstd, identity, or dcz as told") from error
    except NotUnpackable as error:
        raise Problem("bad-encoding") from error
    except TooLong as error:
        raise Problem("too-large", f"at most {limit} bytes when unpacked") from error
    if coding == DCZ:
        request.state.dictionary = used_in(body)
    return unpacked


def signed_by(hub: Hub, request: Request, body: bytes, *, lost_too: bool = False) -> Device:
    """Return the device that signed the request; Problem when there is none, it is revoked, or lost.

    The signature covers path and query as sent and the body as sent (empty for an upload's bytes). `lost_too` is
    for what brings things to the hub and takes none away: a lost device may still do that.
    """
    name = request.headers.get(DEVICE_HEADER, "")
    device = devices.find(hub, name) if _DEVICE.fullmatch(name) else None
    if device is None:
        raise Problem("unknown-device")
    refuse_unsigned(request, name, device.public, body)
    if device.revoked:
        raise Problem("revoked-device")
    if device.lost and not lost_too:
        raise Problem("lost-device")
    limits: Limits | None = getattr(request.app.state, "limits", None)
    if limits is not None:
        limits.count_device(address_of(request.scope), name)
    return device


def refuse_unsigned(request: Request, device: str, public: bytes, body: bytes) -> None:
    """Raise Problem `bad-signature` unless the holder of a public key signed the request as a device."""
    at, signature = request.headers.get(TIME_HEADER, ""), request.headers.get(SIGNATURE_HEADER, "")
    if not is_signed(device, public, request.method, _target(request), body, at, signature):
        raise Problem("bad-signature")


def _target(request: Request) -> str:
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    return (path + b"?" + query if query else path).decode("latin-1")
