"""Why cases of a batch are not taken."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from stationapp.ui.fields.field import Field


class DeclineDialog(QDialog):
    """Asks for one reason for all chosen cases. `given` carries it."""

    given = Signal(str)

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("拒收退回")
        self.resize(480, 240)
        self.reason = QPlainTextEdit(self)
        self.reason.setTabChangesFocus(True)
        self.field = Field("拒收理由（&R）", self.reason, required=True, hint="移交单位会看到这段话。")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(f"拒收 {count} 件")
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText("取消")
        self.buttons.accepted.connect(self._give)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(f"拒收的 {count} 件退回移交单位，由其继续负责。", self))
        layout.addWidget(self.field, 1)
        layout.addWidget(self.buttons)
        self.reason.setFocus()

    def _give(self) -> None:
        text = self.reason.toPlainText().strip()
        if not text:
            self.field.complain("请写明拒收理由。")
            self.reason.setFocus()
            return
        self.given.emit(text)
        self.accept()
