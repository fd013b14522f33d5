"""Who is writing to which upload just now, so that a newer request can end an older one.

The database's generation alone decides who may write, also among several processes. This list makes the end
prompt: a request that waits for bytes of a dead connection hears at once that it was superseded, writes what it
has, and only then is the offset told.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

_PATIENCE_S = 10.0
"""An older request that takes longer to write its last block loses it; its generation is outdated by then."""


class Writer:
    """One request under way: `cut` is set when it has to end, `ended` when it has."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.cut = asyncio.Event()
        self.ended: Future[None] = Future()

    def cut_off(self) -> None:
        """Tell the request to end, from whatever thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.cut.set)


class OpenWriters:
    """The requests of this process that write, by upload."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writers: dict[str, list[Writer]] = {}

    @contextmanager
    def enrolled(self, upload_id: str) -> Iterator[Writer]:
        """Count the calling request among the upload's writers until it is done."""
        writer = Writer()
        with self._lock:
            self._writers.setdefault(upload_id, []).append(writer)
        try:
            yield writer
        finally:
            self._remove(upload_id, writer)
            writer.ended.set_result(None)

    async def cut_off(self, upload_id: str) -> None:
        """End every request that writes to an upload, and return when they have ended."""
        with self._lock:
            writers = list(self._writers.get(upload_id, ()))
        for writer in writers:
            writer.cut_off()
        ends = [asyncio.wrap_future(writer.ended) for writer in writers]
        if ends:
            await asyncio.wait(ends, timeout=_PATIENCE_S)

    def _remove(self, upload_id: str, writer: Writer) -> None:
        with self._lock:
            rest = [one for one in self._writers[upload_id] if one is not writer]
            self._writers[upload_id] = rest
            if not rest:
                del self._writers[upload_id]
