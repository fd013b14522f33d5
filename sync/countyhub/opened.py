"""Opening a hub for one command, and answering in lines of JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.exc import ArgumentError, DatabaseError

from countyhub import schema
from countyhub.attachments.places import open_files
from countyhub.clock import china_now, shifted_clock
from countyhub.database import Database
from countyhub.hub import Hub
from countyhub.identity.repository import NotInitialised
from stationapp.domain.refusal import Reason, Refused

_NO_FILE = (
    "找不到数据库文件“{}”。请核对 --database 的路径（绝对路径写成 sqlite:////目录/hub.sqlite，四条斜线）。"
    "平台已在使用的，不要新建，也不要初始化。"
)


@contextmanager
def opened(options: argparse.Namespace, *, check: bool = True) -> Iterator[Hub]:
    """Open the hub that `--database` and `--files` name, at the time `--time-shift` makes of it; raises
    NotInitialised when it has not our schema.
    """
    database = Database(options.database, options.county or "")
    try:
        # Looking into a SQLite file that is not there would make an empty one.
        if check and _is_missing(database):
            raise NotInitialised(_NO_FILE.format(database.file))
        if check and not schema.is_current(database):
            raise NotInitialised
        if check and not options.county and len(database.counties()) > 1:
            text = "这个数据库里有多个县级平台，请用 --county 指明是哪一个。"
            raise Refused(Reason("several-counties", text, "county"))
        yield Hub(database, open_files(options.files, options.parts, options.database), clock_of(options))
    finally:
        database.close()


def _is_missing(database: Database) -> bool:
    file = database.file
    return file is not None and file.parent.is_dir() and not file.exists()


@contextmanager
def opened_copy(url: str) -> Iterator[Database]:
    """Open a copy of a database for reading alone.

    Raises Refused for an address that is none, OSError where no file is or no database can be read.
    """
    try:
        copy = Database(url, read_only=True)
    except ArgumentError as error:
        text = "备份的地址不对，应是 sqlite:///文件 或 postgresql://…。"
        raise Refused(Reason("bad-address", text, "backup")) from error
    try:
        if copy.is_sqlite and not (copy.file and copy.file.is_file()):
            raise FileNotFoundError("找不到这份备份，请核对文件位置。")
        _require_readable(copy)
        yield copy
    finally:
        copy.close()


def _require_readable(copy: Database) -> None:
    try:
        schema.is_current(copy)
    except DatabaseError as error:
        raise OSError("这份备份打不开，可能已损坏。") from error


def clock_of(options: argparse.Namespace) -> Callable[[], datetime]:
    """Return the machine's clock, or the one that `--time-shift` makes of it."""
    return shifted_clock(options.time_shift) if options.time_shift else china_now


def say(**answer: Any) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
