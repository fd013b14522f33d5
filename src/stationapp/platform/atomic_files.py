"""Small files that are either wholly written or not at all, with a second copy where loss would be grave."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from stationapp.platform.unavailable import DiskDamaged, DiskTrouble, Unavailable

Value = TypeVar("Value")
COPY_SUFFIX = ".bak"
_DISK_TROUBLES = {
    errno.ENOSPC: "磁盘已满，无法写入。请清理磁盘空间后重试。",
    errno.EDQUOT: "磁盘配额已用完，无法写入。请联系管理员增加配额或清理空间。",
    errno.EROFS: "磁盘是只读的，无法写入。请检查磁盘或U盘的写保护。",
    errno.EACCES: "没有写入数据文件夹的权限。请检查文件夹权限，或改用其他文件夹。",
    errno.EPERM: "没有写入数据文件夹的权限。请检查文件夹权限，或改用其他文件夹。",
    errno.EIO: "磁盘读写出错，磁盘可能已损坏。请尽快备份数据并联系维护人员。",
    errno.ENOENT: "找不到数据文件夹，磁盘或U盘可能已拔出。",
    errno.ENOTDIR: "数据文件夹的位置被一个文件占用，请换一个文件夹。",
    errno.EEXIST: "数据文件夹的位置被一个文件占用，请换一个文件夹。",
}
_OTHER_DISK_TROUBLE = "无法读写数据文件夹，请检查磁盘。"


class Damaged(Exception):
    """The bytes of a file are not what was once written."""


@dataclass(frozen=True, slots=True)
class Checked(Generic[Value]):
    """What a file held; `from_copy` says that the file itself was missing or damaged, `why` says how."""

    value: Value
    from_copy: bool
    why: str


def disk_trouble(error: OSError) -> Unavailable:
    """The sentence for a failed file operation; its detail never holds the path, which names a user."""
    text = _DISK_TROUBLES.get(error.errno or 0, _OTHER_DISK_TROUBLE)
    kind = DiskDamaged if error.errno == errno.EIO else DiskTrouble
    return kind(text, f"{type(error).__name__} {errno.errorcode.get(error.errno or 0, error.errno)}")


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data` so that a power cut leaves the old bytes or the new, never a mixture.

    The file is readable by its owner only. Raises Unavailable when the disk does not let us.
    """
    try:
        _replace(path, data)
    except OSError as error:
        raise disk_trouble(error) from error


def write_twice(path: Path, data: bytes) -> None:
    """Write `path`, and then its copy, so that at every moment one of the two is whole and durable."""
    write_atomically(path, data)
    write_atomically(copy_of(path), data)


def copy_of(path: Path) -> Path:
    """Where the second copy of `path` lies."""
    return path.with_name(path.name + COPY_SUFFIX)


def read_checked(path: Path, parse: Callable[[bytes], Value]) -> Checked[Value]:
    """Read `path`, or its copy when `parse` raises Damaged or the file is missing.

    Raises FileNotFoundError when neither exists, Damaged when none of those that exist is sound,
    Unavailable when the disk cannot be read.
    """
    whys: list[str] = []
    for candidate in (path, copy_of(path)):
        try:
            return Checked(parse(_read(candidate)), candidate != path, "; ".join(whys))
        except FileNotFoundError:
            whys.append(f"{candidate.name}: missing")
        except Damaged as damage:
            whys.append(f"{candidate.name}: {damage}")
    if all(why.endswith(": missing") for why in whys):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path.name)
    raise Damaged("; ".join(whys))


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` durable; Windows has no such call and journals renames itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (
            errno.EINVAL,
            errno.ENOTSUP,
        ):  # Some network and USB file systems know no such call.
            raise
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise disk_trouble(error) from error


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        # The first error is the one to report; a temporary file left behind does no harm.
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)
