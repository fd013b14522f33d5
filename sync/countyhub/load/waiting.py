"""Waiting for news: an exchange that brings nothing may be held open until something is written for its device.

Whoever waits holds neither a thread nor a connection to the database. One task of the event loop looks for all of
them at once: soon after this process committed anything, and every second for what other workers wrote.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

News = Mapping[str, object]
"""What a waiting device knows: the position of each of its mailboxes, and the versions of the documents."""

MOST_WAITING = 4000
LOOK_EVERY_S = 1.0
LOOK_PAUSE_S = 0.05

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiter:
    known: News
    told: asyncio.Future[bool]

    def tell(self, news: bool) -> None:
        if not self.told.done():
            self.told.set_result(news)


@dataclass(slots=True)
class _Room:
    """Those who wait in one event loop."""

    loop: asyncio.AbstractEventLoop
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    waiters: dict[str, _Waiter] = field(default_factory=dict)
    looking: asyncio.Task[None] | None = None


class Waiting:
    """`look` returns what there is now under some names; it is called in a thread and may use the database."""

    def __init__(
        self,
        look: Callable[[Collection[str]], News],
        most: int = MOST_WAITING,
        every: float = LOOK_EVERY_S,
    ) -> None:
        self._look = look
        self._most = most
        self._every = every
        self._rooms: dict[asyncio.AbstractEventLoop, _Room] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def count(self) -> int:
        """How many wait."""
        with self._lock:
            return sum(len(room.waiters) for room in self._rooms.values())

    async def for_news(self, device: str, known: News, seconds: float) -> bool:
        """Wait until something differs from what a device knows; False when the time is over, or nobody may wait.

        A device waits once: a later request of it sends the earlier one home.
        """
        if self._closed or self.count >= self._most:
            return False
        room = self._room()
        waiter = _Waiter(known, room.loop.create_future())
        earlier = room.waiters.get(device)
        room.waiters[device] = waiter
        if earlier is not None:
            earlier.tell(False)
        if room.looking is None:
            room.looking = room.loop.create_task(self._look_on(room))
        room.bell.set()  # Something may have been written since the device's pages were read.
        try:
            return await asyncio.wait_for(waiter.told, seconds)
        except TimeoutError:
            return False
        finally:
            if room.waiters.get(device) is waiter:
                del room.waiters[device]
            room.bell.set()

    def ring(self) -> None:
        """Say that something was committed; any thread may."""
        with self._lock:
            rooms = [room for room in self._rooms.values() if room.waiters]
        for room in rooms:
            try:
                room.loop.call_soon_threadsafe(room.bell.set)
            except RuntimeError:  # The loop has ended meanwhile, and all who waited in it.
                log.debug("a room was closed while its bell rang")

    def close(self) -> None:
        """Send everybody home, now and from now on: the hub is about to stop. Any thread may call it."""
        self._closed = True
        self.ring()

    def _room(self) -> _Room:
        loop = asyncio.get_running_loop()
        with self._lock:
            return self._rooms.setdefault(loop, _Room(loop))

    async def _look_on(self, room: _Room) -> None:
        """Look for all who wait in a room, until nobody does."""
        try:
            while room.waiters:
                await self._until_bell(room)
                if self._closed:
                    _send_home(room)
                elif room.waiters:
                    await self._look_once(room)
                    await asyncio.sleep(LOOK_PAUSE_S)  # Commits in quick succession are one look.
        finally:
            _send_home(room)
            with self._lock:
                self._rooms.pop(room.loop, None)

    async def _until_bell(self, room: _Room) -> None:
        try:
            await asyncio.wait_for(room.bell.wait(), self._every)
        except TimeoutError:
            return  # Another worker may have written something.
        finally:
            room.bell.clear()

    async def _look_once(self, room: _Room) -> None:
        wanted = {name for waiter in room.waiters.values() for name in waiter.known}
        try:
            found = await asyncio.to_thread(self._look, sorted(wanted))
        except Exception:
            log.exception("could not look for news")  # They wait on; the time they were given ends it.
            return
        for waiter in list(room.waiters.values()):
            if any(found.get(name) != value for name, value in waiter.known.items()):
                waiter.tell(True)


def _send_home(room: _Room) -> None:
    for waiter in list(room.waiters.values()):
        waiter.tell(False)
    room.waiters.clear()
