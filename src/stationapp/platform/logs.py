"""The program's log: one JSON object a line, rotated, without personal data."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from stationapp.platform.atomic_files import disk_trouble
from stationapp.platform.clock import CHINA, to_text
from stationapp.platform.crash_reports import describe_crash
from stationapp.platform.masking import mask

LOG_NAME = "station.log"
MAX_BYTES = 2 * 1024 * 1024
KEPT_FILES = 5


class LineFormatter(logging.Formatter):
    """A record as one line of JSON, masked on its way out so that no caller can forget it.

    Further values travel as `extra={"fields": {...}}`. Names of persons have no pattern a program could find:
    what is logged are ids of cases, persons and devices, never names.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": to_text(datetime.fromtimestamp(record.created, CHINA)),
            "level": record.levelname,
            "from": record.name,
            "message": mask(record.getMessage()),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, Mapping):
            line["fields"] = _masked(fields)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe_crash(record.exc_info[1], record.threadName or "unknown")
        return json.dumps(line, ensure_ascii=False)


def open_log(folder: Path, level: int = logging.INFO) -> logging.Handler:
    """Write all logging to `folder`/station.log from now on: 2 MiB a file, five old ones kept.

    Returns the handler for `close_log`. Raises Unavailable when the file cannot be opened.
    """
    try:
        handler = RotatingFileHandler(
            folder / LOG_NAME, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
        )
    except OSError as error:
        raise disk_trouble(error) from error
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler


def close_log(handler: logging.Handler) -> None:
    """Stop writing to what `open_log` opened."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def _masked(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if mask(str(value)) == str(value) else mask(str(value))
    if isinstance(value, Mapping):
        return {mask(str(key)): _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item) for item in value]
    return mask(str(value))
