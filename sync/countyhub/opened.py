"""Opening a hub for one command, and answering in lines of JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from countyhub import schema
from countyhub.attachments.files import FolderFiles
from countyhub.clock import china_now, shifted_clock
from countyhub.database import Database
from countyhub.hub import Hub
from countyhub.identity.repository import NotInitialised
from stationapp.domain.refusal import Reason, Refused


@contextmanager
def opened(options: argparse.Namespace, *, check: bool = True) -> Iterator[Hub]:
    """Open the hub that `--database` and `--files` name, at the time `--time-shift` makes of it; raises
    NotInitialised when it has not our schema.
    """
    database = Database(options.database)
    try:
        if check and not schema.is_current(database):
            raise NotInitialised
        clock = shifted_clock(options.time_shift) if options.time_shift else china_now
        yield Hub(database, FolderFiles(_folder(options)), clock)
    finally:
        database.close()


def _folder(options: argparse.Namespace) -> Path:
    """The attachments' folder: `--files`, or beside a SQLite file."""
    if options.files:
        return Path(options.files)
    url = make_url(options.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        text = "数据库不是文件，请用 --files 指明附件文件夹。"
        raise Refused(Reason("no-files", text, "files"))
    return Path(url.database).with_suffix(".files")


def say(**answer: Any) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
