"""The bytes of scans and photos: one encrypted file each, named by its content.

A file is on the disk, whole and durable, before any row names it; so a row never names what a power cut took.
Parts of a download are encrypted one by one, so that it goes on where it stopped and nothing lies open meanwhile.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from hubprotocol.failpoints import here
from stationapp.platform.atomic_files import Damaged, disk_trouble, sync_folder, write_atomically
from stationapp.platform.unavailable import Unavailable

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PART_SUFFIX = ".part"
_LENGTH = struct.Struct(">I")
_NONCE_BYTES = 24
_TAG_BYTES = 16
_MISSING = "附件不在本机，请先联网同步。"
_DAMAGED = "附件文件已损坏，请联网后重新下载，或从纸质材料重新扫描。"


class DamagedFile(Unavailable):
    """What lies here is not what was put here: the disk altered it."""

    def __init__(self, detail: str) -> None:
        super().__init__(_DAMAGED, detail)


class AttachmentFiles:
    """A folder of encrypted attachments; `data_key` is the store's 32 bytes."""

    def __init__(self, folder: Path, data_key: bytes) -> None:
        self._folder = folder
        self._key = hashlib.blake2b(key=data_key, person=b"stationapp-files", digest_size=32).digest()

    def put(self, data: bytes) -> str:
        """Keep bytes and return their SHA-256; durable on return. They take the place of a file that was damaged.

        Raises Unavailable when the disk is in the way.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.is_sound(sha256):
            self._place(sha256, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes. Raises Unavailable when they are not here, DamagedFile when they are not what they were."""
        try:
            data = self._open_box(self._path(sha256).read_bytes(), sha256.encode())
        except FileNotFoundError as error:
            raise Unavailable(_MISSING, "attachment is not here") from error
        except OSError as error:
            raise disk_trouble(error) from error
        except Damaged as damage:
            raise DamagedFile(str(damage)) from damage
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DamagedFile("other content than its name")
        return data

    def has(self, sha256: str) -> bool:
        """Tell whether a file lies here; whether it is sound only reading it shows."""
        return self._path(sha256).is_file()

    def is_sound(self, sha256: str) -> bool:
        """Tell whether the bytes lie here and are what they were. Raises Unavailable when the disk is in the way."""
        if not self.has(sha256):
            return False
        try:
            self.get(sha256)
        except DamagedFile:
            return False
        return True

    def part_size(self, sha256: str) -> int:
        """Return how many bytes of an unfinished download lie here; a part cut off by a power cut does not count."""
        try:
            with self._part(sha256).open("rb") as file:
                return sum(len(data) for data in self._parts(file, sha256))
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise disk_trouble(error) from error

    def append_part(self, sha256: str, offset: int, data: bytes) -> int:
        """Keep the next bytes of a download and return how many lie here now; durable on return.

        Bytes that lie here already are skipped. Raises ValueError for an offset beyond them.
        """
        size = self.part_size(sha256)
        if offset > size:
            raise ValueError(f"offset {offset} leaves a gap behind {size}")
        fresh = data[size - offset :]
        if fresh:
            try:
                self._append(sha256, size, fresh)
            except OSError as error:
                raise disk_trouble(error) from error
        return size + len(fresh)

    def finish_part(self, sha256: str) -> None:
        """Make a finished download an attachment. Raises Damaged, and forgets it, when it is not what was asked."""
        part = self._part(sha256)
        if not self.is_sound(sha256):
            try:
                with part.open("rb") as file:
                    data = b"".join(self._parts(file, sha256))
            except OSError as error:
                raise disk_trouble(error) from error
            if hashlib.sha256(data).hexdigest() != sha256:
                part.unlink()
                raise Damaged("the download is not what was asked for")
            self._place(sha256, data)
        part.unlink(missing_ok=True)

    def discard_part(self, sha256: str) -> None:
        """Forget an unfinished download."""
        self._part(sha256).unlink(missing_ok=True)

    def clean_orphans(self, known: Collection[str]) -> int:
        """Remove files no row names, and what broken writes left; return how many.

        Only for a moment when nobody adds attachments, such as the start: a file lies here before its row does.
        """
        kept = frozenset(known)
        orphans = [path for path in self._all() if path.name.removesuffix(_PART_SUFFIX) not in kept]
        try:
            for path in orphans:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise disk_trouble(error) from error
        return len(orphans)

    def _place(self, sha256: str, data: bytes) -> None:
        path = self._path(sha256)
        self._make_folder(path.parent)
        write_atomically(path, self._box(data, sha256.encode()))
        here("station.files.placed")

    def _append(self, sha256: str, size: int, data: bytes) -> None:
        part = self._part(sha256)
        self._make_folder(part.parent)
        with part.open("r+b" if part.exists() else "x+b") as file:
            for _ in self._parts(file, sha256):
                pass
            file.truncate(file.tell())
            box = self._box(data, self._about_part(sha256, size))
            file.write(_LENGTH.pack(len(box)) + box)
            here("station.files.written")
            file.flush()
            os.fsync(file.fileno())

    def _parts(self, file: BinaryIO, sha256: str) -> Iterator[bytes]:
        """Yield whole parts; afterwards the file stands behind the last of them."""
        size = 0
        while True:
            start = file.tell()
            head = file.read(_LENGTH.size)
            box = file.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
            try:
                data = self._open_box(box, self._about_part(sha256, size))
            except Damaged:
                # What a power cut left behind the last whole part; the download goes on from there.
                file.seek(start)
                return
            size += len(data)
            yield data

    def _box(self, data: bytes, about: bytes) -> bytes:
        from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

        nonce = os.urandom(_NONCE_BYTES)
        return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(data, about, nonce, self._key)

    def _open_box(self, box: bytes, about: bytes) -> bytes:
        from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
        from nacl.exceptions import CryptoError

        if len(box) < _NONCE_BYTES + _TAG_BYTES:
            raise Damaged("too short")
        nonce, sealed = box[:_NONCE_BYTES], box[_NONCE_BYTES:]
        try:
            return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, about, nonce, self._key)
        except CryptoError as error:
            raise Damaged("does not open") from error

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError("an attachment is named by 64 lower-case hex digits")
        return self._folder / sha256[:2] / sha256

    def _part(self, sha256: str) -> Path:
        path = self._path(sha256)
        return path.with_name(path.name + _PART_SUFFIX)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder.parent)
        except OSError as error:
            raise disk_trouble(error) from error

    def _all(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("*/*") if path.is_file())

    @staticmethod
    def _about_part(sha256: str, offset: int) -> bytes:
        return f"{sha256}@{offset}".encode()
