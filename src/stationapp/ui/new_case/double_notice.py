"""Warns that the same applicant has the same item running here already."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from stationapp.domain.people import Application
from stationapp.services.running import running_alike
from stationapp.store.records.cases import CaseSummary
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.words import Tone, moment_text

_PAUSE = 300  # milliseconds of silence before the store is asked


class DoubleNotice(QWidget):
    """One line with a button that opens the running case; takes no room while there is none."""

    def __init__(self, context: Context, besides: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._besides = context, besides
        self._asked: Application | None = None
        self._found: list[CaseSummary] = []
        self.note = NoteLine(self)
        self.open_button = QPushButton("查看该件（&K）", self)
        self.open_button.setProperty("flat", True)
        self.open_button.clicked.connect(lambda: context.bus.case_wanted.emit(self._found[0].case_id))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.note, 1)
        row.addWidget(self.open_button)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._ask)
        self.hide()

    def look(self, application: Application) -> None:
        """Look for running cases like an application, after a moment; the last one asked about counts."""
        if self._asked is not None and _same(self._asked, application):
            return
        self._asked = application
        self._show(application, [])
        if application.applicant.document_number:
            self._timer.start()

    def _ask(self) -> None:
        application, workplace, besides = self._asked, self._context.workplace, self._besides
        if application is not None:
            self._context.tasks.read(
                lambda: running_alike(workplace, application, besides),
                lambda found: self._show(application, found),
                owner=self,
            )

    def _show(self, asked: Application, found: list[CaseSummary]) -> None:
        if asked is not self._asked:
            return
        self._found = found
        self.setVisible(bool(found))
        if found:
            rows = "；".join(
                f"{row.receipt_number}（{row.state.label}，{moment_text(row.received_at)[:10]} 收件）"
                for row in found
            )
            text = f"该申请人的同一事项正在办理：{rows}。请核对是否重复申请。"
            self.note.say(text, Tone.WARN)


def _same(one: Application, other: Application) -> bool:
    return one.applicant.document_number == other.applicant.document_number
