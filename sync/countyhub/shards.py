"""Many counties behind one address: each county's host name leads to its own database, or its own part of one.

A file tells which county is where (TOML):

    [510704]
    host = "510704.hub.example.cn"
    database = "postgresql://hub@db1/counties"
    files = "/srv/hub/510704"

Counties may share a database; every statement keeps to its own county.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countyhub import schema
from countyhub.attachments.places import open_files
from countyhub.database import Database
from countyhub.hub import Hub
from countyhub.identity.repository import NotInitialised
from stationapp.domain.refusal import Reason, Refused

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

_COUNTY = re.compile(r"[1-9][0-9]{5}")


@dataclass(frozen=True, slots=True)
class Shard:
    """Where a county's hub is: host name in lower case, database, attachments and parts of uploads as in `opened`."""

    county: str
    host: str
    database: str
    files: str | None = None
    parts: Path | None = None


def read_shards(file: Path) -> tuple[Shard, ...]:
    """Return what a file tells. Raises Refused for a file that tells it wrongly, OSError where there is none."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused(f"不是有效的 TOML：{error}") from error
    shards = tuple(_shard(county, row) for county, row in told.items())
    if not shards:
        raise _refused("没有列出任何县。")
    if len({one.host for one in shards}) != len(shards):
        raise _refused("有两个县使用同一个主机名。")
    return shards


def _shard(county: str, row: Any) -> Shard:
    if not _COUNTY.fullmatch(county):
        raise _refused(f"“{county}”不是六位区划代码。")
    if not isinstance(row, Mapping) or not all(isinstance(value, str) for value in row.values()):
        raise _refused(f"{county} 的写法不对：每一项都应是文字。")
    stray = sorted(row.keys() - {"host", "database", "files", "parts"})
    if stray or not row.get("host") or not row.get("database"):
        raise _refused(f"{county} 必须有 host 和 database，不能有其他项（{'、'.join(stray)}）。")
    parts = Path(row["parts"]) if "parts" in row else None
    return Shard(county, row["host"].lower().strip("[]"), row["database"], row.get("files"), parts)


def _refused(text: str) -> Refused:
    return Refused(Reason("bad-shards", f"分片文件{text}", "shards"))


@contextmanager
def opened_shards(shards: Sequence[Shard], clock: Callable[[], datetime]) -> Iterator[dict[str, Hub]]:
    """Open every county's hub, by host; databases that several share are opened once.

    Raises NotInitialised when a county's is not there or has not this program's schema.
    """
    with ExitStack() as stack:
        shared: dict[str, Database] = {}
        for one in shards:
            if one.database not in shared:
                shared[one.database] = Database(one.database)
                stack.callback(shared[one.database].close)
        yield {one.host: _hub(one, shared[one.database].of(one.county), clock) for one in shards}


def _hub(shard: Shard, database: Database, clock: Callable[[], datetime]) -> Hub:
    if not schema.is_current(database) or shard.county not in database.counties():
        raise NotInitialised
    return Hub(database, open_files(shard.files, shard.parts, shard.database), clock)


class Router:
    """An application that hands each request to the application of its host."""

    def __init__(self, apps: Mapping[str, FastAPI]) -> None:
        self._apps = dict(apps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what comes for no county's host gets the problem `not-found`."""
        if scope["type"] == "lifespan":
            app: Any = next(iter(self._apps.values()))
        else:
            app = self._apps.get(_host_of(scope)) or _answer_nowhere
        await app(scope, receive, send)


def _host_of(scope: Scope) -> str:
    found = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return _bare(found.decode("latin-1").lower())


def _bare(host: str) -> str:
    """A host without its port. An IPv6 address has colons of its own and stands in brackets, which are left out."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


async def _answer_nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    from countyhub.problems import Problem, respond

    await respond(Problem("not-found", "no county has this host"))(scope, receive, send)
