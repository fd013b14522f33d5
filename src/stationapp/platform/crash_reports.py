"""Reports of bugs: where in the code, with which versions, and nothing about any person."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO

from stationapp.platform.atomic_files import write_atomically
from stationapp.platform.clock import Clock, to_text
from stationapp.platform.masking import describe_error
from stationapp.platform.unavailable import Unavailable

KEPT_REPORTS = 20
_MARKERS = ("site-packages", "src", "sync", "lib")
_log = logging.getLogger(__name__)


def describe_crash(error: BaseException, where: str) -> str:
    """The text of an exception and its causes: files relative to their package, lines, functions; no locals,
    no source text, no messages but scrubbed ones.

    `where` names the thread.
    """
    lines = [f"thread: {where}"]
    for number, link in enumerate(_chain(error)):
        lines.append(describe_error(link) if number == 0 else f"caused by {describe_error(link)}")
        lines.extend(_frames(link.__traceback__))
    return "\n".join(lines)


def write_crash_report(folder: Path, clock: Clock, error: BaseException, where: str) -> Path:
    """Write a report into `folder` (it exists), keep the newest twenty, return its path.

    Raises Unavailable when the disk does not let us.
    """
    from stationapp.platform.machine import app_version, part_versions, platform_text

    at = to_text(clock.now())
    head = [f"at: {at}", f"stationapp: {app_version()}", f"platform: {platform_text()}"]
    head += [f"{name}: {version}" for name, version in part_versions().items()]
    stamp = at[:19].replace(":", "").replace("-", "")
    path = folder / f"crash-{stamp}-{os.urandom(3).hex()}.txt"
    write_atomically(path, ("\n".join(head) + "\n\n" + describe_crash(error, where) + "\n").encode())
    _forget_old(folder)
    return path


class CrashHooks:
    """Turns every uncaught exception, of any thread, into a report, from `install` until `remove`.

    `on_report` is told the report's path, or None when it could not be written; it is called in the thread
    that failed. A Qt slot's exception ends in sys.excepthook too; without a hook the window would just go on.
    """

    def __init__(self, folder: Path, clock: Clock, on_report: Callable[[Path | None], None]) -> None:
        self._folder = folder
        self._clock = clock
        self._on_report = on_report
        self._before = (sys.excepthook, threading.excepthook)
        self._faults: TextIO | None = None

    def install(self) -> None:
        """Take over both hooks, and let the interpreter note where native code dies (`native-fault.log`)."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._main_thread
        threading.excepthook = self._other_thread
        if not faulthandler.is_enabled():
            self._faults = (self._folder / "native-fault.log").open("a", encoding="utf-8")
            faulthandler.enable(self._faults)

    def remove(self) -> None:
        """Give both hooks back."""
        sys.excepthook, threading.excepthook = self._before
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            self._faults = None

    def _main_thread(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._report(error.with_traceback(trace), threading.current_thread().name)

    def _other_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or issubclass(args.exc_type, SystemExit):
            return
        self._report(args.exc_value, args.thread.name if args.thread else "unknown")

    def _report(self, error: BaseException, where: str) -> None:
        path: Path | None = None
        try:
            path = write_crash_report(self._folder, self._clock, error, where)
        except Unavailable as trouble:
            _log.error("no crash report: %s", trouble.detail)
        if sys.stderr is not None:  # A windowed program on Windows has none.
            print(describe_crash(error, where), file=sys.stderr)
        self._on_report(path)


def reports_in(folder: Path) -> list[Path]:
    """The crash reports there, newest first."""
    return sorted(folder.glob("crash-*.txt"), reverse=True)


def _forget_old(folder: Path) -> None:
    for old in reports_in(folder)[KEPT_REPORTS:]:
        # Another thread tidied up at the same moment, or a virus scanner holds the file: next time.
        with contextlib.suppress(OSError):
            old.unlink()


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            for inner in link.exceptions:
                yield from _chain(inner)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _frames(trace: TracebackType | None) -> list[str]:
    return [
        f"  {_short(frame.f_code.co_filename)}:{line} in {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]


def _short(filename: str) -> str:
    """The part of a path behind its source root: what stands before it holds the user's name."""
    parts = Path(filename).parts
    for marker in _MARKERS:
        if marker in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(marker) :])
    return parts[-1] if parts else filename
