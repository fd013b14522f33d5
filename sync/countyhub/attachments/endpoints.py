"""Uploads and downloads of attachments.

The signature of an upload's requests covers an empty body: bytes are written as they arrive, before the end
of the request is known, and the file's digest is checked at the end.
"""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from countyhub.attachments import headers, service
from countyhub.attachments.locations import ATTACHMENTS, UPLOADS, attachment_path, upload_path
from countyhub.attachments.ranges import stretch
from countyhub.attachments.repository import Upload
from countyhub.attachments.service import Progress
from countyhub.hub import Hub
from countyhub.problems import Problem
from countyhub.requests import Body, HubHere, signed_by

router = APIRouter()
log = logging.getLogger(__name__)
_BLOCK = 64 * 1024


@router.post(UPLOADS)
async def create(request: Request, hub: HubHere) -> Response:
    """Open an upload; what the request carries of the file is taken at once."""
    device = await run_in_threadpool(signed_by, hub, request, b"")
    sha256, length = headers.sha256_of(request), headers.number(request, "upload-length")
    whole = headers.is_whole(request)
    upload = await run_in_threadpool(service.open_upload, hub, device, sha256, length)
    if upload is None:
        done = headers.of_progress(Progress("", length, length, complete=True))
        return Response(status_code=204, headers={**done, "Location": attachment_path(sha256)})
    location = {"Location": upload_path(upload.upload_id)}
    if upload.received == 0 and (whole or _has_body(request)):
        upload = await run_in_threadpool(service.begin, hub, device, upload.upload_id)
        progress = await _take(request, hub, upload, whole=whole)
    else:
        progress = _progress(upload)
    return Response(status_code=201, headers={**headers.of_progress(progress), **location})


@router.head(UPLOADS + "/{upload_id}")
def tell_offset(request: Request, hub: HubHere, upload_id: str) -> Response:
    """Tell where to go on; whoever still writes to the upload is stopped first."""
    device = signed_by(hub, request, b"")
    upload = service.begin(hub, device, upload_id)
    return Response(status_code=204, headers=headers.of_progress(_progress(upload)))


@router.patch(UPLOADS + "/{upload_id}")
async def append(request: Request, hub: HubHere, upload_id: str) -> Response:
    """Append whatever arrives; bytes that came before a connection died are kept."""
    device = await run_in_threadpool(signed_by, hub, request, b"")
    if request.headers.get("content-type", "").split(";")[0].strip() != headers.PARTIAL_UPLOAD:
        raise Problem("unsupported-media", headers.PARTIAL_UPLOAD)
    offset, whole = headers.number(request, "upload-offset"), headers.is_whole(request)
    upload = await run_in_threadpool(service.begin, hub, device, upload_id)
    if offset != upload.received:
        raise Problem("wrong-offset", expected_offset=upload.received, provided_offset=offset)
    progress = await _take(request, hub, upload, whole=whole)
    return Response(status_code=204, headers=headers.of_progress(progress))


@router.delete(UPLOADS + "/{upload_id}")
def abandon(request: Request, hub: HubHere, upload_id: str) -> Response:
    """Forget an upload."""
    service.abandon(hub, signed_by(hub, request, b""), upload_id)
    return Response(status_code=204)


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
    common["Content-Length"] = str(length)
    if asked:
        common["Content-Range"] = f"bytes {first}-{first + length - 1}/{size}"
    stream = hub.files.read(sha256, first, length)
    return StreamingResponse(stream, 206 if asked else 200, common, "application/octet-stream")


async def _take(request: Request, hub: Hub, upload: Upload, *, whole: bool) -> Progress:
    """Append the request's body block by block, and finish the upload when it is all there."""
    block = bytearray()
    try:
        async for part in request.stream():
            block += part
            while len(block) >= _BLOCK:
                upload = await run_in_threadpool(service.append, hub, upload, bytes(block[:_BLOCK]))
                del block[:_BLOCK]
    except ClientDisconnect:
        log.info("upload broke off at %d of %d bytes", upload.received + len(block), upload.length)
        whole = False
    if block:
        upload = await run_in_threadpool(service.append, hub, upload, bytes(block))
    if whole and upload.received < upload.length:
        raise Problem("bad-request", "Upload-Complete", received=upload.received)
    if upload.received < upload.length:
        return _progress(upload)
    await run_in_threadpool(service.finish, hub, upload)
    return Progress(upload.upload_id, upload.length, upload.length, complete=True)


def _progress(upload: Upload) -> Progress:
    return Progress(upload.upload_id, upload.received, upload.length, complete=False)


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
