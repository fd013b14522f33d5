"""What lies on a machine's disk: kept, put back, copied to another machine, and full."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

Image = dict[str, bytes]
"""The files of a folder by their relative names."""

_UNLIMITED = 1_073_741_823


def image_of(folder: Path) -> Image:
    """Return all that lies in a folder; nobody may have it open for writing."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put_back(folder: Path, image: Image) -> None:
    """Make a folder what it was."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in image.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@dataclass(slots=True)
class Space:
    """The free space of a disk: when it is `full`, SQLite's own files cannot grow on any connection."""

    full: bool = False
    _open: list[Any] = field(default_factory=list)

    def watch(self, engine: Engine) -> None:
        """Let the engine's connections know of the space, those there are and those to come."""
        event.listen(engine, "connect", self._note)
        event.listen(engine, "close", self._forget)

    def set_full(self, full: bool) -> None:
        """Fill the disk, or make room."""
        self.full = full
        for connection in self._open:
            self._limit(connection)

    def _note(self, connection: Any, _record: Any) -> None:
        self._open.append(connection)
        if self.full:
            self._limit(connection)

    def _forget(self, connection: Any, _record: Any) -> None:
        self._open = [one for one in self._open if one is not connection]

    def _limit(self, connection: Any) -> None:
        # SQLite never sets the limit below the pages there are.
        connection.execute(f"PRAGMA max_page_count = {1 if self.full else _UNLIMITED}").fetchall()
