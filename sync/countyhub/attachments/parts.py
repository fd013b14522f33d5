"""Parts of uploads in a folder of this machine, until they are whole."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Parts:
    """One file for each upload, written anywhere in it; its bytes are synced before a call returns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def append(self, upload_id: str, offset: int, data: bytes) -> None:
        """Write bytes of a part at an offset, durably."""
        path = self.path(upload_id)
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "r+b") as part:
            part.seek(offset)
            part.write(data)
            part.flush()
            os.fsync(part.fileno())
        if is_new:
            sync_folder(self._folder)

    def fits(self, upload_id: str, sha256: str, length: int) -> bool:
        """Cut a part to its length and compare its digest. Raises FileNotFoundError when it is not there."""
        path = self.path(upload_id)
        if length == 0:
            path.touch(mode=0o600)
        os.truncate(path, length)
        with path.open("rb") as part:
            return hashlib.file_digest(part, "sha256").hexdigest() == sha256

    def discard(self, upload_id: str) -> None:
        """Remove a part, if there is one."""
        self.path(upload_id).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return the uploads of which there is a part."""
        return sorted(path.name for path in self._folder.iterdir() if path.is_file())

    def path(self, upload_id: str) -> Path:
        """Return where a part lies."""
        return self._folder / upload_id


class Turns:
    """Lets one thread at a time do something to the file of a name."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._busy: set[str] = set()

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Wait until nobody else is at this name, and be there."""
        with self._free:
            self._free.wait_for(lambda: name not in self._busy)
            self._busy.add(name)
        try:
            yield
        finally:
            with self._free:
                self._busy.remove(name)
                self._free.notify_all()


def sync_folder(folder: Path) -> None:
    """Make a new name durable; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
