"""Requests inside the hub's application on a loop of virtual time: no thread, no wait, a pause wherever wanted."""

from __future__ import annotations

import asyncio
import selectors
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import anyio.to_thread
import httpx

from hub_world import scope_of
from together.simulation.clocks import Time

PAUSE = None
"""Stands between the parts of a body that arrives in two pieces, with other requests between them."""


class _Nothing(selectors.BaseSelector):
    """Waits for nothing but time, which it lets pass."""

    def __init__(self) -> None:
        self.let_pass: Callable[[float], None] = lambda _: None
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = self._keys[fileobj] = selectors.SelectorKey(fileobj, 0, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("the application waits for something that never comes")
        if timeout > 0:
            self.let_pass(timeout)
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is the simulation's; waiting takes no time of ours."""

    _ready: deque[asyncio.Handle]  # what the library's own loop is to call next

    def __init__(self) -> None:
        self._nothing = _Nothing()
        self._true_time: Time | None = None
        super().__init__(self._nothing)

    def live_in(self, time: Time) -> None:
        """Take this time for the true one."""
        self._true_time = time
        self._nothing.let_pass = lambda seconds: time.pass_by(timedelta(seconds=seconds))

    def time(self) -> float:
        """Seconds of the simulation's time."""
        return self._true_time.elapsed.total_seconds() if self._true_time else 0.0

    def run_until_all_wait(self) -> None:
        """Do all that can be done now; whoever waits for time or a message waits on."""
        while self._ready:
            self.stop()
            self.run_forever()

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""


class Call:
    """One request in the application. `parts` are the pieces of its body; without `ends` its sender vanishes."""

    def __init__(
        self,
        loop: VirtualLoop,
        app: Any,
        request: httpx.Request,
        parts: Sequence[bytes | None],
        *,
        ends: bool = True,
    ) -> None:
        self._loop = loop
        self._parts = deque(parts)
        self._ends = ends
        self._told: list[dict[str, Any]] = []
        self._rest = loop.create_future()
        self.task = loop.create_task(app(scope_of(request), self._receive, self._send))

    def finish(self) -> httpx.Response:
        """Let the rest of the body come, and return the answer. Raises what the application raised."""
        if not self._rest.done():
            self._rest.set_result(None)
        self._loop.run_until_complete(self.task)
        body = b"".join(message.get("body", b"") for message in self._told[1:])
        begun = self._told[0]
        return httpx.Response(begun["status"], headers=begun["headers"], stream=httpx.ByteStream(body))

    def begin(self) -> None:
        """Let it go on as far as the first part of its body takes it."""
        self._loop.run_until_all_wait()

    def drop(self) -> None:
        """The machine that ran it is gone."""
        self.task.cancel()
        self._loop.run_until_all_wait()

    async def _receive(self) -> dict[str, Any]:
        if self._parts and self._parts[0] is PAUSE:
            await asyncio.shield(self._rest)
            self._parts.popleft()
        if not self._parts:
            if self._ends and self._told:
                await self._loop.create_future()  # The client stays and reads.
            return {"type": "http.disconnect"}
        part = self._parts.popleft()
        return {"type": "http.request", "body": part, "more_body": bool(self._parts) or not self._ends}

    async def _send(self, message: dict[str, Any]) -> None:
        self._told.append(message)


async def _at_once(work: Callable[..., Any], *arguments: Any, **_: Any) -> Any:
    return work(*arguments)


@contextmanager
def virtual_loop() -> Iterator[VirtualLoop]:
    """A loop on which is done in place what would be handed to threads: one order of things for each seed."""
    loop = VirtualLoop()
    try:
        with (
            patch.object(anyio.to_thread, "run_sync", _at_once),
            patch.object(asyncio, "to_thread", _at_once),
        ):
            yield loop
    finally:
        loop.close()
