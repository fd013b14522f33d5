"""One process per station home: a second one would write the same event log."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from types import TracebackType

from stationapp.platform.atomic_files import disk_trouble
from stationapp.platform.unavailable import Unavailable

# Windows forbids others to read a locked byte, so the lock lies far behind the process id.
_LOCKED_BYTE = 1 << 30
_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


class AlreadyOpen(Unavailable):
    """Another process holds this home; `process_id` is its number, or None when it could not be read."""

    def __init__(self, process_id: int | None) -> None:
        whose = f"（进程号 {process_id}）" if process_id else ""
        super().__init__(
            f"程序已经打开{whose}，同一份数据不能同时打开两次。请切换到已打开的窗口；若找不到窗口，请重新启动电脑。",
            f"home is held by process {process_id}",
        )
        self.process_id = process_id


class HomeLock:
    """Holds a home until `release`, the end of a `with` block, or the end of the process however it comes.

    The lock belongs to the operating system, so nothing is left over after a power cut. The file stays:
    removing it would let two processes lock two different files of one name.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go; doing it twice is harmless."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> HomeLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def claim_home(lock: Path) -> HomeLock:
    """Take the home whose lock file is `lock` (its folder exists).

    Raises AlreadyOpen when another process has it, Unavailable when the file cannot be opened or locked.
    """
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise disk_trouble(error) from error
    try:
        _lock(descriptor)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode("ascii"))
    except OSError as error:
        holder = _holder(descriptor)
        os.close(descriptor)
        raise AlreadyOpen(holder) if error.errno in _TAKEN else disk_trouble(error) from error
    return HomeLock(descriptor)


def require_closed(lock: Path) -> None:
    """Raise AlreadyOpen when a process has the home of this lock file; nothing is written. Raises Unavailable when the
    file is there and cannot be opened.
    """
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except FileNotFoundError:
        return
    except OSError as error:
        raise disk_trouble(error) from error
    try:
        _lock(descriptor)
    except OSError as error:
        if error.errno in _TAKEN:
            raise AlreadyOpen(_holder(descriptor)) from error
        raise disk_trouble(error) from error
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(descriptor: int) -> int | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    written = os.read(descriptor, 20)
    return int(written) if written.isdigit() else None
