"""A date as people type it: 19420320, 1942-3-20, 1942.3.20 or 1942年3月20日, or picked from a calendar."""

from __future__ import annotations

import re
from datetime import date

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

_PARTED = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read_date(text: str) -> date | None:
    """Return the date a text names, or None."""
    compact = "".join(text.split())
    found = _PARTED.fullmatch(compact) or _SOLID.fullmatch(compact)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


class DateEntry(QWidget):
    """A line for a date with a calendar beside it; `line` is what has the keyboard."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("年-月-日，如 20260320")
        self._button = QToolButton(self)
        self._button.setText("▾")
        self._button.setAccessibleName("打开日历")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line, 1)
        layout.addWidget(self._button)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self.changed)
        self.line.editingFinished.connect(self._tidy)
        self._button.clicked.connect(self._open_calendar)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.line.text().strip()

    @property
    def day(self) -> date | None:
        """The date, or None while there is none."""
        return read_date(self.text)

    @property
    def iso(self) -> str:
        """The date as ISO text, or an empty text."""
        day = self.day
        return day.isoformat() if day else ""

    def set_text(self, text: str) -> None:
        """Put in a date or something unfinished."""
        self.line.setText(text)

    def set_read_only(self, locked: bool) -> None:
        """Let the date be seen and not changed, and skipped by the keyboard."""
        self.line.setReadOnly(locked)
        self.line.setFocusPolicy(Qt.FocusPolicy.ClickFocus if locked else Qt.FocusPolicy.StrongFocus)
        self._button.setEnabled(not locked)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def _tidy(self) -> None:
        if self.day is not None and self.iso != self.text:
            self.line.setText(self.iso)

    def _open_calendar(self) -> None:
        popup = QWidget(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget(popup)
        if self.day is not None:
            calendar.setSelectedDate(QDate(self.day.year, self.day.month, self.day.day))
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(calendar)
        calendar.activated.connect(lambda day: self._picked(day, popup))
        calendar.clicked.connect(lambda day: self._picked(day, popup))
        popup.move(self.mapToGlobal(QPoint(0, self.height())))
        popup.show()
        calendar.setFocus()

    def _picked(self, day: QDate, popup: QWidget) -> None:
        self.line.setText(day.toString("yyyy-MM-dd"))
        popup.close()
        self.line.setFocus()
