"""Where the bytes of attachments lie: a folder, behind an interface an object store could serve as well."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from hubprotocol.failpoints import here

_BLOCK = 256 * 1024


class AttachmentFiles(Protocol):
    """Parts are named by their upload, finished files by their sha256 (64 hex digits)."""

    def append(self, upload_id: str, offset: int, data: bytes) -> None:
        """Write bytes of a part at an offset, durably."""

    def finish(self, upload_id: str, sha256: str, length: int) -> bool:
        """Make a part the file of its digest; False, and the part gone, when the digest differs."""

    def discard(self, upload_id: str) -> None:
        """Remove a part, if there is one."""

    def has(self, sha256: str) -> bool:
        """Tell whether the file is there."""

    def read(self, sha256: str, first: int, length: int) -> Iterator[bytes]:
        """Yield `length` bytes of a file from `first` on. Raises OSError when it is not there."""


class FolderFiles:
    """`parts/<upload>` and `<two digits>/<sha256>` under one folder; files are synced before being named."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = folder / "parts"
        self._parts.mkdir(parents=True, exist_ok=True)

    def append(self, upload_id: str, offset: int, data: bytes) -> None:
        """Write bytes of a part at an offset and sync them."""
        descriptor = os.open(
            self._part(upload_id), os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600
        )
        with os.fdopen(descriptor, "r+b") as part:
            part.seek(offset)
            part.write(data)
            part.flush()
            os.fsync(part.fileno())
        here("hub.files.appended")

    def finish(self, upload_id: str, sha256: str, length: int) -> bool:
        """Cut a part to its length, compare its digest, and give it its name."""
        part, target = self._part(upload_id), self._file(sha256)
        if length == 0:
            part.touch(mode=0o600)
        os.truncate(part, length)
        if _digest(part) != sha256:
            part.unlink()
            return False
        target.parent.mkdir(exist_ok=True)
        here("hub.files.checked")
        part.replace(target)
        _sync_folder(target.parent)
        here("hub.files.named")
        return True

    def discard(self, upload_id: str) -> None:
        """Remove a part."""
        self._part(upload_id).unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Tell whether the file is there."""
        return self._file(sha256).is_file()

    def read(self, sha256: str, first: int, length: int) -> Iterator[bytes]:
        """Yield a stretch of a file in blocks."""
        with self._file(sha256).open("rb") as file:
            file.seek(first)
            while length > 0 and (block := file.read(min(_BLOCK, length))):
                length -= len(block)
                yield block

    def _part(self, upload_id: str) -> Path:
        return self._parts / upload_id

    def _file(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Make a new name durable; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
