"""The three kinds of bad news, and the good ones, as a person meets them in the window."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.clock import Clock
from stationapp.platform.crash_reports import write_crash_report
from stationapp.platform.unavailable import Unavailable

_log = logging.getLogger(__name__)


class Weight(StrEnum):
    """How a notice looks: a plain word, a rule's no, or a machine's."""

    PLAIN = "plain"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence or several for the banner at the top of the window."""

    weight: Weight
    text: str


class Messages(QObject):
    """Sorts news. `noticed` goes to the banner, `crashed` (a report's path or None) to the crash window."""

    noticed = Signal(object)
    crashed = Signal(object)

    def __init__(self, crash_folder: Path, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crash_folder = crash_folder
        self._clock = clock

    @staticmethod
    def expected(error: BaseException) -> bool:
        """Whether an exception is news for a person, not a bug."""
        return isinstance(error, Refused | Unavailable)

    def bad_news(self, error: Exception, near: QWidget | None = None) -> None:
        """Show an exception as what it is: a refusal (at `near` or in the banner), a trouble, or a bug."""
        if isinstance(error, Refused):
            self.refused(error.reasons, near)
        elif isinstance(error, Unavailable):
            self.unavailable(error)
        else:
            self.bug(error)

    def refused(self, reasons: Iterable[Reason], near: QWidget | None = None) -> None:
        """Say which rules said no: at the field or button `near`, or in the banner."""
        text = "\n".join(reason.text for reason in reasons)
        if near is None:
            self.noticed.emit(Notice(Weight.REFUSED, text))
            return
        from stationapp.ui.field_note import FieldNote

        FieldNote.show_at(near, text)

    def unavailable(self, error: Unavailable) -> None:
        """Say that disk, network or printer stand in the way; work goes on."""
        _log.warning("unavailable: %s", error.detail)
        self.noticed.emit(Notice(Weight.UNAVAILABLE, error.text))

    def tell(self, text: str) -> None:
        """Say a plain sentence, such as that something succeeded."""
        self.noticed.emit(Notice(Weight.PLAIN, text))

    def bug(self, error: BaseException) -> None:
        """Write a report without personal data and let the crash window say so."""
        _log.error("bug", exc_info=error)
        path: Path | None = None
        try:
            path = write_crash_report(self._crash_folder, self._clock, error, threading.current_thread().name)
        except Unavailable as trouble:
            _log.error("no crash report: %s", trouble.detail)
        self.crashed.emit(path)
