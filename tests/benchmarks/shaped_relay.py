"""A TCP relay on loopback that counts what passes and, when asked, lets it pass as slowly as a bad line would.

It delays and limits, and loses nothing: a stand-in for a line without loss. What a line with loss costs is measured
with a link emulator below TCP.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass

_CHUNK = 16 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """A line; without a rate it is as fast as the machine."""

    bytes_per_second: float | None = None
    delay_s: float = 0.0  # one way


LOOPBACK = Line()
VILLAGE_LINE = Line(256_000 / 8, 0.3)


@dataclass(slots=True)
class Passed:
    """What passed: bytes both ways, connections, and round trips: how often something went up after an answer."""

    up: int = 0
    down: int = 0
    connections: int = 0
    round_trips: int = 0


class Relay:
    """Listens on a port of its own and passes everything to `port`, in a thread of its own."""

    def __init__(self, port: int, line: Line = LOOPBACK) -> None:
        self._target, self._line = port, line
        self.passed = Passed()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._free_at = {"up": 0.0, "down": 0.0}

    def __enter__(self) -> Relay:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def begin(self) -> Passed:
        """Count from here on; what passed until now is in the object that was returned before."""
        self.passed = Passed()
        return self.passed

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        while left := asyncio.all_tasks(self._loop):
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self._line.delay_s)  # A connection is made by a round trip.
        self.passed.connections += 1
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        last = [""]
        with contextlib.suppress(asyncio.CancelledError):  # The relay ends before the connection does.
            await asyncio.gather(
                self._pass("up", reader, far_writer, last), self._pass("down", far_reader, writer, last)
            )

    async def _pass(
        self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, last: list[str]
    ) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(_deliver(queue, writer))
        while True:
            try:
                data = await reader.read(_CHUNK)
            except ConnectionError:
                data = b""
            self._count(way, data, last)
            now = self._loop.time()
            if self._line.bytes_per_second:
                self._free_at[way] = max(now, self._free_at[way]) + len(data) / self._line.bytes_per_second
                await asyncio.sleep(self._free_at[way] - now)
            queue.put_nowait((self._loop.time() + self._line.delay_s, data))
            if not data:
                break
        await delivering

    def _count(self, way: str, data: bytes, last: list[str]) -> None:
        setattr(self.passed, way, getattr(self.passed, way) + len(data))
        if data and way != last[0]:
            self.passed.round_trips += way == "up"
            last[0] = way


async def _deliver(queue: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Hand on what has travelled long enough; an empty piece is the end."""
    loop = asyncio.get_running_loop()
    while True:
        due, data = await queue.get()
        await asyncio.sleep(max(0.0, due - loop.time()))
        try:
            if not data:
                writer.close()
                return
            writer.write(data)
            await writer.drain()
        except ConnectionError:
            return
