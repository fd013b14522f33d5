"""Courier files on a stick: short ASCII names, parts that FAT32 takes, written durably and found again.

    COURIER/<first 8 digits of the device>/U0000007.001, .002, …   from the device to the hub
    COURIER/<first 8 digits of the device>/U0000007.TXT            what a person may read of it
    COURIER/<first 8 digits of the device>/D0000004.001, …         from the hub to the device

A file has its name only when it is whole: parts are renamed from the last to the first.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hubprotocol.courier.container import Scan, scan
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import Direction
from hubprotocol.failpoints import here

FOLDER = "COURIER"
# FAT32 takes files below 4 GiB; many small sticks and readers are happier with less.
PART_BYTES = 2_000_000_000
MOST_PART_BYTES = 2**32 - 1
MOST_PARTS = 999
_DEVICE_DIGITS = 8
_LETTERS = {Direction.UP: "U", Direction.DOWN: "D"}
_PART = re.compile(r"([UD]\d{7})\.(\d{3})", re.IGNORECASE)
_BLOCK = 1024 * 1024


class NotReadBack(Exception):
    """What a stick gives back is not what was written: the stick is bad."""


@dataclass(frozen=True, slots=True)
class StickFile:
    """A courier file on a stick; parts count from 1, those that are not there are None."""

    folder: Path
    name: str
    parts: tuple[Path | None, ...]

    @property
    def direction(self) -> Direction:
        """Which way its name says it goes."""
        return Direction.UP if self.name.startswith("U") else Direction.DOWN

    @property
    def text_path(self) -> Path:
        """Where the text for people lies."""
        return self.folder / f"{self.name}.TXT"

    def text_hash(self) -> str:
        """Return the SHA-256 of the text for people, empty when there is none."""
        try:
            return hashlib.sha256(self.text_path.read_bytes()).hexdigest()
        except FileNotFoundError:
            return ""

    @contextmanager
    def opened(self) -> Iterator[PartsReader]:
        """Open it for reading. Raises CourierFault `missing-part`, or OSError."""
        paths = [part for part in self.parts if part is not None]
        if len(paths) < len(self.parts):
            raise CourierFault("missing-part", str(self.parts.index(None) + 1))
        reader = PartsReader(paths)
        try:
            yield reader
        finally:
            reader.close()

    def scanned(self) -> Scan:
        """Read it to its end. Raises CourierFault or OSError."""
        with self.opened() as reader:
            return scan(reader)


class PartsReader:
    """The bytes of several files, one after the other."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = list(reversed(paths))
        self._file = self._paths.pop().open("rb")

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""
        while not (data := self._file.read(size)) and self._paths:
            self._file.close()
            self._file = self._paths.pop().open("rb")
        return data

    def close(self) -> None:
        """Close what is open."""
        self._file.close()


def name_of(direction: Direction, number: int) -> str:
    """Return a file's name without its ending: eight characters."""
    return f"{_LETTERS[direction]}{number:07d}"


def folder_of(root: Path, device: str) -> Path:
    """Return where the files of a device lie on a stick, also when the folder of all couriers was chosen."""
    base = root if _is_courier(root) else root / FOLDER
    return base / device[:_DEVICE_DIGITS].upper()


def find(root: Path) -> list[StickFile]:
    """Return the courier files below a folder somebody chose, those of one device together. Raises OSError."""
    couriers = [root] if _is_courier(root) else [path for path in sorted(root.iterdir()) if _is_courier(path)]
    folders = [root, *couriers, *(path for one in couriers for path in sorted(one.iterdir()))]
    return [found for folder in dict.fromkeys(folders) if folder.is_dir() for found in _files_in(folder)]


def _is_courier(path: Path) -> bool:
    return path.name.upper() == FOLDER and path.is_dir()


def _files_in(folder: Path) -> list[StickFile]:
    parts: dict[str, dict[int, Path]] = {}
    for path in sorted(folder.iterdir()):
        match = _PART.fullmatch(path.name)
        if match and int(match[2]):
            parts.setdefault(match[1].upper(), {})[int(match[2])] = path
    return [
        StickFile(folder, name, tuple(found.get(n) for n in range(1, max(found) + 1)))
        for name, found in sorted(parts.items())
    ]


class StickWriter:
    """Writes the parts of one file under passing names, and gives them theirs when all is on the medium."""

    def __init__(self, folder: Path, name: str, part_bytes: int = PART_BYTES) -> None:
        """Raises OSError when the folder cannot be made, FileExistsError when the name is taken."""
        if not 0 < part_bytes <= MOST_PART_BYTES:
            raise ValueError("FAT32 takes parts of less than 4 GiB")
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.glob(f"{name}.[0-9][0-9][0-9]")):
            raise FileExistsError(name)
        self._folder, self._name, self._part_bytes = folder, name, part_bytes
        self._left = 0
        self._passing: list[Path] = []
        self._file = self._next()

    def write(self, data: bytes) -> None:
        """Take bytes."""
        while data:
            if not self._left:
                self._end_part()
                self._file = self._next()
            self._file.write(data[: self._left])
            taken, data = min(self._left, len(data)), data[self._left :]
            self._left -= taken

    def place(self, text: bytes) -> StickFile:
        """Give everything its name, the first part last; `text` is what people read."""
        self._end_part()
        passing = self._folder / f"~{self._name[1:]}.TXT"
        self._passing.append(passing)
        with passing.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(self._folder / f"{self._name}.TXT")
        parts = [self._folder / f"{self._name}.{n:03d}" for n in range(1, len(self._passing))]
        for source, target in reversed(list(zip(self._passing, parts, strict=False))):
            source.replace(target)
            here("courier.after-name")
        _sync(self._folder)
        return StickFile(self._folder, self._name, tuple(parts))

    def discard(self) -> None:
        """Remove what has no name yet."""
        self._file.close()
        for path in self._passing:
            path.unlink(missing_ok=True)

    def _next(self) -> BinaryIO:
        if len(self._passing) == MOST_PARTS:
            raise OSError("too many parts")
        path = self._folder / f"~{self._name[1:]}.{len(self._passing) + 1:03d}"
        self._passing.append(path)
        self._left = self._part_bytes
        return path.open("wb")

    def _end_part(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def read_back(file: StickFile, written: Scan, text: bytes) -> None:
    """Read a file from the medium again. Raises NotReadBack when it is not what was written, or OSError."""
    for path in (*file.parts, file.text_path):
        if path is not None:
            _forget_cached(path)
    try:
        found = file.scanned()
    except CourierFault as fault:
        raise NotReadBack(str(fault)) from fault
    if found != written or file.text_hash() != hashlib.sha256(text).hexdigest():
        raise NotReadBack("other bytes")


def remove(file: StickFile) -> None:
    """Remove a file, its first part first, so that no half of it looks whole."""
    for path in (*file.parts, file.text_path):
        if path is not None:
            path.unlink(missing_ok=True)


def copy(file: StickFile, folder: Path, name: str, part_bytes: int = PART_BYTES) -> StickFile:
    """Copy a file with its text as it is, durably; the copy is read back."""
    writer = StickWriter(folder, name, part_bytes)
    try:
        with file.opened() as reader:
            while data := reader.read(_BLOCK):
                writer.write(data)
        text = file.text_path.read_bytes() if file.text_path.exists() else b""
        placed = writer.place(text)
    except BaseException:
        writer.discard()
        raise
    read_back(placed, file.scanned(), text)
    return placed


def _forget_cached(path: Path) -> None:
    """Ask the system to read from the medium, not from memory; where it cannot be asked, reading still compares."""
    if sys.platform != "win32" and hasattr(os, "posix_fadvise"):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _sync(folder: Path) -> None:
    """Make names durable; Windows has no such call, and some file systems of sticks know none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        os.sync()
    finally:
        os.close(descriptor)
