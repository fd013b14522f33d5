"""`countyhub serve`: one hub or many, in this process or in several beside each other."""

from __future__ import annotations

import argparse
import gc
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from countyhub.acceptance import service as acceptance
from countyhub.attachments import service as attachments
from countyhub.attachments import uploading
from countyhub.courier import spool as courier
from countyhub.hub import Hub
from countyhub.opened import clock_of, opened, say
from stationapp.domain.refusal import Reason, Refused

if TYPE_CHECKING:
    from countyhub.server import Address


_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PLAIN = "没有证书的平台只能供本机使用。要让站点连接，请用 --certificate 和 --key 启用 HTTPS。"


def serve(options: argparse.Namespace) -> None:
    """Serve until told to stop."""
    from countyhub.server import Address

    _refuse_unfit(options)
    address = Address(options.host, options.port, options.certificate, options.key)
    with _hubs(options) as hubs:
        if options.workers > 1 and not options.worker:
            _refuse_without_workers(hubs.values())
            for hub in hubs.values():
                _make_ready(hub)
            _serve_with_workers(options, address)
        else:
            _serve_here(options, address, hubs)


def _refuse_unfit(options: argparse.Namespace) -> None:
    if bool(options.certificate) != bool(options.key):
        raise Refused(Reason("half-a-certificate", "证书和私钥须同时给出。", "certificate"))
    if not options.certificate and options.host not in _LOOPBACK:
        raise Refused(Reason("plain-http", _PLAIN, "certificate"))
    if options.workers < 1:
        raise Refused(Reason("no-workers", "进程数至少为 1。", "workers"))


@contextmanager
def _hubs(options: argparse.Namespace) -> Iterator[dict[str, Hub]]:
    """The hubs by host; the only one of a database under the empty name."""
    if options.shards:
        from countyhub.shards import opened_shards, read_shards

        with opened_shards(read_shards(options.shards), clock_of(options)) as hubs:
            yield hubs
    else:
        with opened(options) as hub:
            yield {"": hub}


def _make_ready(hub: Hub) -> None:
    """What a stop may have left undone."""
    hub.files.check()
    attachments.forget_stale(hub)
    courier.forget_stale(hub)
    uploading.finish_overlooked(hub)
    attachments.release_overlooked(hub)
    acceptance.reconsider_held(hub)


def _serve_here(options: argparse.Namespace, address: Address, hubs: dict[str, Hub]) -> None:
    from countyhub.limits.buckets import limits_of
    from countyhub.server import Served, serve_beside
    from countyhub.server import serve as serve_alone

    if not options.worker:
        for hub in hubs.values():
            _make_ready(hub)
    # Several workers would sweep the same cases at the same moment, and once is enough.
    swept = options.worker in {0, 1}
    served = Served.by_host(hubs, limits_of(options.address_rate), swept=swept)
    run = serve_beside if options.worker else serve_alone
    # What is loaded now stays: nobody need look for garbage among it.
    gc.freeze()
    run(served, address, _ready(options))


def _refuse_without_workers(hubs: Iterable[Hub]) -> None:
    """SQLite has one writer and one process; and the port must be one that processes can share."""
    if any(hub.database.is_sqlite for hub in hubs):
        text = "SQLite 数据库只能由一个进程服务；多进程请改用 PostgreSQL。"
        raise Refused(Reason("workers-need-postgresql", text, "workers"))
    if not hasattr(socket, "SO_REUSEPORT"):
        text = "这个操作系统不能让多个进程共用一个端口，请只用一个进程。"
        raise Refused(Reason("no-shared-port", text, "workers"))


def _serve_with_workers(options: argparse.Namespace, address: Address) -> None:
    from countyhub.workers import serve_with_workers

    serve_with_workers(options.arguments, address, options.workers, _ready(options))


def _ready(options: argparse.Namespace) -> Callable[[str, int], None]:
    def ready(url: str, port: int) -> None:
        if options.port_file and not options.worker:
            _write_whole(options.port_file, str(port))
        say(url=url, port=port)

    return ready


def _write_whole(path: Path, text: str) -> None:
    """Whoever waits for the file never sees half of it."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="ascii")
    fresh.replace(path)


def add(server: argparse.ArgumentParser) -> None:
    """Add what a server can be told."""
    place = server.add_mutually_exclusive_group(required=True)
    place.add_argument("--database", metavar="URL", help="sqlite:///FILE or postgresql://…")
    text = "many counties: a TOML file of their hosts and databases"
    place.add_argument("--shards", type=Path, metavar="FILE", help=text)
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=int, default=0, help="0 takes a free one")
    server.add_argument("--port-file", type=Path, metavar="FILE", help="write the port here when ready")
    server.add_argument("--certificate", type=Path, metavar="FILE", help="PEM chain; makes it HTTPS")
    server.add_argument("--key", type=Path, metavar="FILE", help="PEM key of the certificate")
    text = "requests a second from one address before they are put off (500); 0 for no limits"
    server.add_argument("--address-rate", type=float, default=500, metavar="N", help=text)
    text = "processes that serve beside each other over PostgreSQL (1)"
    server.add_argument("--workers", type=int, default=1, metavar="N", help=text)
    server.add_argument("--worker", type=int, default=0, help=argparse.SUPPRESS)
