"""The wizard that reads what came back on a stick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from stationapp.services.changed import Changed, Kind
from stationapp.ui.bus import FROM_HUB
from stationapp.ui.context import Context
from stationapp.ui.courier.wizard import CourierWizard, said
from stationapp.ui.courier.words import (
    NOTHING_LOST_BY_READING,
    finding_advice,
    finding_result,
    finding_title,
    read_explanation,
    read_headline,
)

if TYPE_CHECKING:
    from stationapp.services.courier import Finding, StickRead

_LEAD = (
    "把从县级平台或上级乡镇带回来的U盘插好，程序会取出给本站的回执、新办件和扫描件。"
    "U盘上有别的站点的文件时，有网络就代为送出，内容本机打不开。"
)


class ReadWizard(CourierWizard):
    """Choose the stick, read, and say for each file what became of it."""

    nothing_lost = NOTHING_LOST_BY_READING

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, "从U盘读取", "读取(&R)", parent)
        self.lead.setText(_LEAD)
        self.while_busy.setText("正在读取U盘，请不要拔出U盘……")

    def begin(self, folder: Path) -> None:
        """Read. It is no act: acts of other screens need not wait behind it."""
        workplace = self._context.workplace

        def work() -> StickRead:
            from stationapp.services.courier import read

            return read(workplace, folder, progress=self.tell_progress)

        self._context.tasks.read(work, self._read, self.on_failed, owner=self)

    def _read(self, done: StickRead) -> None:
        if done.ordered:
            self.leave()
            self._context.bus.session_over.emit()  # The first window says why nobody can sign in.
            return
        self.told.addWidget(said(self, read_explanation(done), "Muted"))
        for one in done.findings:
            self.told.addWidget(_card(self, one))
        self.told.addStretch(1)
        self.show_result(*read_headline(done))
        kinds = [Kind.SYNC, Kind.OUTBOX]
        kinds += [Kind.CASES, Kind.BATCHES] if done.touched else []
        kinds += [Kind.REFERENCES] if done.renewed else []
        self._context.bus.tell(Changed.of(*kinds, case_ids=sorted(done.touched)), FROM_HUB)


def _card(parent: QWidget, one: Finding) -> QFrame:
    frame = QFrame(parent)
    frame.setObjectName("Card")
    title = said(frame, finding_title(one), "Heading")
    word, tone = finding_result(one)
    result = QLabel(word, frame)
    result.setProperty("tone", str(tone))
    head = QHBoxLayout()
    head.addWidget(title, 1)
    head.addWidget(result)
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 10, 16, 12)
    column.addLayout(head)
    column.addWidget(said(frame, one.text))
    advice = finding_advice(one)
    if advice:
        column.addWidget(said(frame, advice))
    if one.remark:
        column.addWidget(said(frame, one.remark, "Muted"))
    return frame
