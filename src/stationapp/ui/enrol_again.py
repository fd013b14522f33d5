"""Where a PC the county no longer recognises is enrolled again; what is only here goes along."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from stationapp.ui.context import Context
from stationapp.ui.field_note import FieldNote

_SAID = (
    "县级平台不再认得这台电脑（硬盘被克隆、恢复过旧备份，或登记已停用）。本机办件全部保留，但送不出去。\n"
    "请打电话向县级平台索取本站点的新登记码，填在这里。重新登记后，只存在本机的办件会自动补送，不会重复。"
)


class EnrolAgainCard(QFrame):
    """`enrolled(acts)` when the county took this PC in again and so many acts were sealed anew: the session is over."""

    enrolled = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Card")
        self._context = context
        heading = QLabel("重新登记本机", self)
        heading.setObjectName("Heading")
        said = QLabel(_SAID, self)
        said.setWordWrap(True)
        self.code = QLineEdit(self)
        self.code.setAccessibleName("登记码")
        self.code.setPlaceholderText("16位登记码，只能用一次")
        self.code.returnPressed.connect(self.enrol)
        label = QLabel("登记码(&C)", self)
        label.setBuddy(self.code)
        self.button = QPushButton("重新登记(&R)", self)
        self.button.clicked.connect(self.enrol)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.code, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 16)
        for widget in (heading, said):
            column.addWidget(widget)
        column.addLayout(row)

    def enrol(self) -> None:
        """Ask the county; the answer comes later."""
        code = self.code.text().strip()
        if not self.button.isEnabled():
            return
        if not code:
            FieldNote.show_at(self.code, "请填写登记码。")
            return
        workplace, worker = self._context.workplace, self._context.sync

        def work() -> int:
            from stationapp.services.reenrolment import enrol_again

            if worker is not None:
                worker.stop()
            return enrol_again(workplace, code)

        self._set_busy(True)
        self._context.tasks.run(
            work, self.enrolled.emit, self._on_failed, owner=self, always=lambda: self._set_busy(False)
        )

    def _on_failed(self, error: Exception) -> None:
        self._context.messages.bad_news(error, self.code)

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.code, self.button):
            widget.setEnabled(not busy)
        self.button.setText("正在登记…" if busy else "重新登记(&R)")
