"""Where no namespaces are to be had: a TCP proxy on loopback that is slow, falls silent and cuts connections.

It cannot lose packets. Where the line would lose them it cuts a connection now and then instead; while the line is
dead nothing passes, and when the dead spell ends, the connections it met are cut.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from random import Random

from together.links.line import Counts, Line

_PART = 1_400
_BYTES_PER_CUT = 30_000  # At a loss of all packets; with 5 % a connection lives for 600 kB on average.


class ProxyRoad:
    """A slow and faulty way to a hub on loopback."""

    name = "TCP fault proxy on loopback: connections are cut, no packet is lost (no namespaces here)"
    hub_host = "127.0.0.1"

    def __init__(self, line: Line, seed: int) -> None:
        self.line = line
        self.counts = Counts()
        self.senders: dict[str, str] = {}
        self._chance = Random(seed)
        self._target = 0
        self._cut = (0.0, 0.0)
        self._free_at = [0.0, 0.0]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy")
        self._ready = threading.Event()
        self._port = 0

    def __enter__(self) -> ProxyRoad:
        self._began = time.monotonic()
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def inside(self, side: str) -> Sequence[str]:
        """Everything runs on this very machine."""
        return ()

    def reach(self, port: int) -> tuple[str, int]:
        """Where PCs reach what listens at the hub's end."""
        self._target = port
        return self.hub_host, self._port

    def begin(self) -> Counts:
        """Count from here on."""
        self.counts = Counts()
        return self.counts

    def cut(self, after: float, seconds: float) -> None:
        """Let the line be dead for a while, from so many seconds from now on."""
        begins = time.monotonic() + after
        self._cut = (begins, begins + seconds)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, self.hub_host, 0))
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        rest = asyncio.all_tasks(self._loop)
        for task in rest:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.line.round_trip_s)  # A connection is made by a round trip.
        far_reader, far_writer = await asyncio.open_connection(self.hub_host, self._target)
        lives_for = (
            self._chance.expovariate(self.line.loss / _BYTES_PER_CUT) if self.line.loss else float("inf")
        )
        left = [lives_for]
        ways = (self._pass(0, reader, far_writer, left), self._pass(1, far_reader, writer, left))
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            writer.close()
            far_writer.close()

    async def _pass(
        self, way: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: list[float]
    ) -> None:
        """Pass one way, until an end or a cut; half-open connections are nothing HTTP needs."""
        line, arriving = self.line, asyncio.Queue[tuple[float, bytes]]()
        delivering = asyncio.create_task(_deliver(arriving, writer))
        try:
            while left[0] > 0 and (data := await reader.read(_PART)):
                self.counts.note(way, len(data), len(data))
                left[0] -= len(data)
                if await self._wait_while_down():
                    return
                now = self._loop.time()
                self._free_at[way] = max(now, self._free_at[way]) + line.seconds(len(data))
                await asyncio.sleep(max(0.0, self._free_at[way] - now - line.queue_s))
                arriving.put_nowait((self._free_at[way] + line.round_trip_s / 2, data))
            arriving.put_nowait((self._loop.time() + line.round_trip_s / 2, b""))
            await delivering
        except ConnectionError:
            return
        finally:
            delivering.cancel()

    async def _wait_while_down(self) -> bool:
        """Wait for the end of a dead spell; returns whether there was one."""
        was_down = False
        while self._is_down(time.monotonic()):
            was_down = True
            await asyncio.sleep(0.1)
        return was_down

    def _is_down(self, now: float) -> bool:
        return self._cut[0] <= now < self._cut[1] or self.line.flaps_down(now - self._began)


async def _deliver(arriving: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Hand on what has travelled long enough, up to an empty piece."""
    loop = asyncio.get_running_loop()
    while True:
        due, data = await arriving.get()
        await asyncio.sleep(max(0.0, due - loop.time()))
        if not data:
            return
        writer.write(data)
        await writer.drain()
