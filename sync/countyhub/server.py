"""Serving the hub over HTTP with granian, in this very process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countyhub.app import create_app
from countyhub.hub import Hub
from countyhub.limits.buckets import Limits
from countyhub.shards import Router
from countyhub.sweeps.running import sweep_now_and_then

# An idle station keeps its one warm connection between polls; on a 600 ms link a new one is dear.
_HEADER_TIMEOUT_MS = 150_000
_PROBE_S = 0.02
_GRACE_S = 10.0
# Every station keeps a warm connection or two and works on none of them most of the time: what is bounded is the work
# (`load.admission`), and the connections only by what a process may hold open.
_MOST_CONNECTIONS = 20_000
_BACKLOG = 4096


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes a free one. With certificate and key it is HTTPS."""

    host: str
    port: int = 0
    certificate: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        """`https` with a certificate, else `http`."""
        return "https" if self.certificate else "http"

    def url(self, port: int) -> str:
        """Where clients reach it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{port}"


@dataclass(frozen=True, slots=True)
class Served:
    """What is served: an application, what to call before it stops, and the hubs that are swept now and then."""

    app: Callable[..., Any]
    before_stop: Callable[[], None]
    swept: tuple[Hub, ...]

    @classmethod
    def by_host(cls, hubs: Mapping[str, Hub], limits: Limits | None = None, *, swept: bool = True) -> Served:
        """Hubs by the host name that leads to each; one under the empty name answers whatever host is asked for."""
        apps = {host: create_app(hub, limits) for host, hub in hubs.items()}

        def send_home() -> None:
            for app in apps.values():
                app.state.waiting.close()

        served = next(iter(apps.values())) if list(apps) == [""] else Router(apps)
        return cls(served, send_home, tuple(hubs.values()) if swept else ())


def serve(served: Served, address: Address, ready: Callable[[str, int], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` hears URL and port once connections are accepted.

    Raises OSError when the port is taken.
    """
    with reserved_port(address) as port:
        asyncio.run(_serve(served, address, port, ready))


def serve_beside(served: Served, address: Address, ready: Callable[[str, int], None]) -> None:
    """Serve like `serve` on a port that others of this hub's processes listen on too."""
    asyncio.run(_serve(served, address, address.port, ready))


@contextlib.contextmanager
def reserved_port(address: Address) -> Iterator[int]:
    """Find out whether the port is free and, where the system can share ports, keep it for the server."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((address.host, address.port))
        port = int(probe.getsockname()[1])
    with socket.socket(family) as keeper:
        if hasattr(socket, "SO_REUSEPORT"):
            keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            keeper.bind((address.host, port))
        yield port


async def _serve(served: Served, address: Address, port: int, ready: Callable[[str, int], None]) -> None:
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    _allow_many_connections()
    server = Server(
        served.app,
        address.host,
        port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
        backlog=_BACKLOG,
        backpressure=_MOST_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT_MS),
        ssl_cert=address.certificate,
        ssl_key=address.key,
    )
    serving = asyncio.create_task(server.serve())

    def stop() -> None:
        """Let requests in work end, but wait for no station that died in the middle of one."""
        served.before_stop()
        asyncio.get_running_loop().call_soon(server.stop)
        asyncio.get_running_loop().call_later(_GRACE_S, serving.cancel)

    _stop_on_signal(stop)
    if await _answers(address.host, port, serving):
        ready(address.url(port), port)
    sweeping = [asyncio.create_task(sweep_now_and_then(hub)) for hub in served.swept]
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    finally:
        for task in sweeping:
            task.cancel()


def _allow_many_connections() -> None:
    """Let this process hold as many connections open as the system lets it; its usual limit is about a thousand."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _stop_on_signal(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))


async def _answers(host: str, port: int, serving: asyncio.Task[None]) -> bool:
    """Wait until connections are accepted; False when the server ended before."""
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(_PROBE_S)
            continue
        writer.close()
        return True
    return False
