"""Where the bytes of attachments lie: a folder, behind an interface that an object store serves as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from countyhub.attachments.parts import Parts, Turns, sync_folder

BLOCK = 256 * 1024


class AttachmentFiles(Protocol):
    """Parts are named by their upload, finished files by their sha256 (64 hex digits). All calls may raise OSError."""

    def append(self, upload_id: str, offset: int, data: bytes) -> None:
        """Write bytes of a part at an offset, durably."""

    def finish(self, upload_id: str, sha256: str, length: int) -> bool:
        """Make a part the file of its digest; False when the digest differs, also if the file is there already.

        A part that differs stays until it is discarded, for one that is gone was put into its place by an earlier
        call: calling it again does no harm.
        """

    def discard(self, upload_id: str) -> None:
        """Remove a part, if there is one."""

    def parts(self) -> list[str]:
        """Return the uploads of which there is a part."""

    def has(self, sha256: str) -> bool:
        """Tell whether the file is there."""

    def read(self, sha256: str, first: int, length: int) -> Iterator[bytes]:
        """Return `length` bytes of a file from `first` on, in blocks. Raises OSError when it is not there."""

    def check(self) -> None:
        """Raise OSError when files cannot be kept here."""


class FolderFiles:
    """`parts/<upload>` and `<two digits>/<sha256>` under one folder; files are synced before being named."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = Parts(folder / "parts")
        self._turns = Turns()
        self.append, self.discard, self.parts = self._parts.append, self._parts.discard, self._parts.names

    def finish(self, upload_id: str, sha256: str, length: int) -> bool:
        """Compare a part's digest and give it its name."""
        target = self._file(sha256)
        with self._turns.at(sha256):
            try:
                if not self._parts.fits(upload_id, sha256, length):
                    return False
            except FileNotFoundError:  # It fitted before, and was put into its place.
                return self.has(sha256)
            if self.has(sha256):
                self.discard(upload_id)
                return True
            target.parent.mkdir(exist_ok=True)
            self._parts.path(upload_id).replace(target)
            sync_folder(target.parent)
            return True

    def has(self, sha256: str) -> bool:
        """Tell whether the file is there."""
        return self._file(sha256).is_file()

    def read(self, sha256: str, first: int, length: int) -> Iterator[bytes]:
        """Return a stretch of a file in blocks."""
        file = self._file(sha256).open("rb")
        file.seek(first)
        return _blocks(file, length)

    def check(self) -> None:
        """The folder was made when this object was."""

    def _file(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _blocks(file: BinaryIO, length: int) -> Iterator[bytes]:
    with file:
        while length > 0 and (block := file.read(min(BLOCK, length))):
            length -= len(block)
            yield block
