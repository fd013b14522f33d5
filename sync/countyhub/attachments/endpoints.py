"""Uploads and downloads of attachments.

The signature of a stream's request covers an empty body: bytes are written as they arrive, before the end of the
request is known, and the file's digest is checked at the end. A piece is small, and its request is signed whole.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse

from countyhub.attachments import digests, headers, pieces, service, uploading
from countyhub.attachments.locations import ATTACHMENTS, UPLOADS, attachment_path, upload_path
from countyhub.attachments.ranges import stretch
from countyhub.attachments.receiving import take
from countyhub.attachments.repository import Upload
from countyhub.attachments.writers import OpenWriters
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.problems import Problem
from countyhub.requests import Body, HubHere, read_upto, signed_by

router = APIRouter()
_PIECE_NUMBER = re.compile(r"[0-9]{1,6}")
_UPLOAD = UPLOADS + "/{upload_id}"


async def read_piece(request: Request) -> bytes:
    """Return the body of a request that carries a piece; Problem `too-large` beyond the size of one."""
    return await read_upto(request, pieces.PIECE_BYTES)


Piece = Annotated[bytes, Depends(read_piece)]


@router.options(UPLOADS)
def tell_limits(request: Request, hub: HubHere) -> Response:
    """Tell what may be uploaded."""
    signed_by(hub, request, b"", lost_too=True)
    wanted = {"Want-Repr-Digest": digests.WANTED, "Want-Content-Digest": digests.WANTED}
    return Response(status_code=204, headers={"Allow": "OPTIONS, POST", **headers.limits(), **wanted})


@router.post(UPLOADS)
async def create(request: Request, hub: HubHere) -> Response:
    """Open an upload; what the request carries of the file is taken at once."""
    device = await run_in_threadpool(signed_by, hub, request, b"", lost_too=True)
    sha256, whole = digests.representation(request), headers.is_whole(request)
    length = headers.length_at_creation(request, whole=whole)
    found = await run_in_threadpool(uploading.open_upload, hub, device, sha256, length)
    if found is None:
        done = headers.of_attachment(sha256, length)
        return Response(status_code=204, headers={**done, "Location": attachment_path(sha256)})
    if found.length != length:
        raise headers.inconsistent()
    brings = whole or _has_body(request)
    if found.generation == 0 and not brings:  # Nobody has written to it yet.
        return _told(hub, found, 201, {"Location": upload_path(found.upload_id)})
    upload = await _take_over(request, hub, device, found.upload_id)
    if upload.received == 0 and brings and not upload.completed_at:
        upload = await take(request, hub, upload, whole=whole)
    place = attachment_path(sha256) if upload.completed_at else upload_path(upload.upload_id)
    return _told(hub, upload, 201, {"Location": place})


@router.api_route(_UPLOAD, methods=["HEAD", "GET"])
async def tell_offset(request: Request, hub: HubHere, upload_id: str) -> Response:
    """Tell where to go on; whoever still writes to the upload is stopped first."""
    device = await run_in_threadpool(signed_by, hub, request, b"", lost_too=True)
    return _told(hub, await _take_over(request, hub, device, upload_id))


@router.patch(_UPLOAD)
async def append(request: Request, hub: HubHere, upload_id: str) -> Response:
    """Append whatever arrives; bytes that came before a connection died are kept."""
    device = await run_in_threadpool(signed_by, hub, request, b"", lost_too=True)
    if request.headers.get("content-type", "").split(";")[0].strip() != headers.PARTIAL_UPLOAD:
        raise Problem("unsupported-media", headers.PARTIAL_UPLOAD)
    offset, whole = headers.needed_number(request, "Upload-Offset"), headers.is_whole(request)
    upload = await _take_over(request, hub, device, upload_id)
    if upload.completed_at:  # By a request whose answer was lost.
        return _told(hub, upload)
    if offset != upload.received:
        raise headers.wrong_offset(upload, offset)
    headers.refuse_other_length(request, upload, whole=whole)
    return _told(hub, await take(request, hub, upload, whole=whole))


@router.delete(_UPLOAD)
async def abandon(request: Request, hub: HubHere, upload_id: str) -> Response:
    """Forget an upload, and stop whoever writes to it."""
    device = await run_in_threadpool(signed_by, hub, request, b"", lost_too=True)
    await _take_over(request, hub, device, upload_id)
    await run_in_threadpool(uploading.abandon, hub, device, upload_id)
    return Response(status_code=204)


@router.put(_UPLOAD + "/pieces/{number}")
def put_piece(request: Request, hub: HubHere, upload_id: str, number: str, body: Piece) -> Response:
    """Write one piece, which names its digest; the same piece may come again."""
    device = signed_by(hub, request, body, lost_too=True)
    sha256 = digests.content(request, required=True)
    if hashlib.sha256(body).hexdigest() != sha256:
        raise digests.mismatch("wrong-content-digest", "Content-Digest", sha256)
    if not _PIECE_NUMBER.fullmatch(number):
        raise Problem("not-found")
    return _told(hub, uploading.put_piece(hub, device, upload_id, int(number), body))


@router.get(_UPLOAD + "/pieces")
def tell_pieces(request: Request, hub: HubHere, upload_id: str) -> Response:
    """Tell which pieces are missing."""
    upload = uploading.find(hub, signed_by(hub, request, b"", lost_too=True), upload_id)
    done = bool(upload.completed_at)
    missing = [] if done else pieces.missing(upload.pieces, upload.received, upload.length)
    told = {"piece_size": pieces.PIECE_BYTES, "count": pieces.count(upload.length), "missing": missing}
    return JSONResponse(told, headers=headers.of_upload(upload, hub.now()))


@router.get(ATTACHMENTS + "/{sha256}")
def download(request: Request, hub: HubHere, body: Body, sha256: str) -> Response:
    """Return an attachment, or the stretch of it that Range names."""
    device = signed_by(hub, request, body)
    size = service.visible_size(hub, device, sha256)
    common = {"ETag": f'"{sha256}"', "Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
    common["Cache-Control"] = "private, max-age=31536000, immutable"
    if common["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=common)
    same = request.headers.get("if-range", common["ETag"]) == common["ETag"]
    asked = stretch(request.headers.get("range", ""), size) if same else None
    first, length = asked or (0, size)
    common |= {"Content-Length": str(length), "Repr-Digest": digests.field(sha256)}
    if asked:
        common["Content-Range"] = f"bytes {first}-{first + length - 1}/{size}"
    stream = hub.files.read(sha256, first, length)
    return StreamingResponse(stream, 206 if asked else 200, common, "application/octet-stream")


async def _take_over(request: Request, hub: Hub, device: Device, upload_id: str) -> Upload:
    """Return an upload that the request now holds, once older requests have written what they had and ended."""
    headers.refuse_outdated(request, await run_in_threadpool(uploading.find, hub, device, upload_id))
    writers: OpenWriters = request.app.state.writers
    await writers.cut_off(upload_id)
    named = headers.number(request, headers.GENERATION)
    return await run_in_threadpool(uploading.begin, hub, device, upload_id, named)


def _told(hub: Hub, upload: Upload, status: int = 204, more: dict[str, str] | None = None) -> Response:
    return Response(status_code=status, headers=headers.of_upload(upload, hub.now()) | (more or {}))


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
