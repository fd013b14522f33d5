"""Taking the bytes of a request as they arrive, until it ends, breaks off, is superseded or stalls."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from countyhub.attachments import digests, headers, uploading
from countyhub.attachments.repository import Upload
from countyhub.attachments.uploading import Writing
from countyhub.attachments.writers import OpenWriters, Writer
from countyhub.hub import Hub
from countyhub.problems import Problem

BLOCK = 512 * 1024
"""So much is written at once; on a slow link less, see `IDLE_S`."""

IDLE_S = 1.0
"""After so long without a byte what has arrived is written, and whether somebody took over is looked up."""

STALL_S = 90.0
"""After so long without a byte the request is ended; what arrived is kept."""

log = logging.getLogger(__name__)


async def take(request: Request, hub: Hub, upload: Upload, *, whole: bool) -> Upload:
    """Append a request's content to an upload whose generation is the request's own, and finish the file with it.

    Content with a digest counts once the digest was compared, or when the connection broke before its end.
    """
    intake = _Intake(hub, upload, digests.content(request, required=False))
    writers: OpenWriters = request.app.state.writers
    with writers.enrolled(upload.upload_id) as writer:
        try:
            await intake.drain(request, writer)
        except ClientDisconnect:
            log.info("upload broke off at %d of %d bytes", intake.position, upload.length)
            whole = False
            await intake.keep()
        except Problem:
            await intake.keep()
            raise
        else:
            await intake.compare()
        upload = intake.upload
    if whole and not upload.completed_at and intake.position < upload.length:
        raise headers.inconsistent()
    return await run_in_threadpool(uploading.finish_if_whole, hub, upload)


class _Intake:
    """What of one request has arrived: written, and the last block that is not written yet."""

    def __init__(self, hub: Hub, upload: Upload, sha256: str) -> None:
        self._hub = hub
        self._writing = Writing(upload, upload.received)
        self._sha256 = sha256
        self._seen = hashlib.sha256()
        self._block = bytearray()

    @property
    def upload(self) -> Upload:
        """The upload as it was at the last write."""
        return self._writing.upload

    @property
    def position(self) -> int:
        """Where the next byte that arrives belongs."""
        return self._writing.position + len(self._block)

    async def drain(self, request: Request, writer: Writer) -> None:
        """Take all that comes. Raises ClientDisconnect, or Problem `superseded` or `stalled`."""
        async for part in _arriving(request, writer):
            self._seen.update(part)
            self._block += part
            if len(self._block) >= BLOCK or (self._block and not part):
                await self._write(count=not self._sha256)
            elif not part and not await run_in_threadpool(uploading.is_current, self._hub, self.upload):
                raise Problem("superseded")
            if self.upload.completed_at:
                return  # The file came another way; nobody needs the rest.

    async def keep(self) -> None:
        """Count what has arrived, for a request that will bring no more."""
        if self.upload.completed_at or self.position == self.upload.received:
            return
        try:
            await self._write(count=True)
        except Problem as problem:
            log.info("the end of a broken upload is not kept: %s", problem)

    async def compare(self) -> None:
        """Count the rest of a request that is all there, if it has the digest it named."""
        if self.upload.completed_at:
            return
        if self._sha256 and self._seen.hexdigest() != self._sha256:
            raise digests.mismatch("wrong-content-digest", "Content-Digest", self._sha256)
        if self.position > self.upload.received:
            await self._write(count=True)

    async def _write(self, *, count: bool) -> None:
        block = bytes(self._block)
        self._block.clear()
        self._writing = await run_in_threadpool(
            uploading.append, self._hub, self._writing, block, count=count
        )


async def _arriving(request: Request, writer: Writer) -> AsyncIterator[bytes]:
    """Yield what arrives, and nothing (no bytes) after each second without any."""
    cut = asyncio.ensure_future(writer.cut.wait())
    message = asyncio.ensure_future(_receive(request))
    silent = 0.0
    try:
        while True:
            await asyncio.wait({cut, message}, timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)
            is_silent = not message.done()
            if message.done():
                part = message.result()
                if part.get("body"):
                    yield part["body"]
                if not part.get("more_body", False):
                    return
                message = asyncio.ensure_future(_receive(request))
            if writer.cut.is_set():
                raise Problem("superseded")
            silent = silent + IDLE_S if is_silent else 0.0
            if silent >= STALL_S:
                raise Problem("stalled")
            if is_silent:
                yield b""
    finally:
        cut.cancel()
        message.cancel()


async def _receive(request: Request) -> Any:
    part = await request.receive()
    if part["type"] == "http.disconnect":
        raise ClientDisconnect
    return part
