"""The place on the page of the sync from which sticks are written and read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from stationapp.ui.context import Context
from stationapp.ui.courier.read_wizard import ReadWizard
from stationapp.ui.courier.wizard import CourierWizard
from stationapp.ui.courier.words import waiting_words
from stationapp.ui.courier.write_wizard import WriteWizard

_SAID = (
    "没有网络时，可以用U盘送办件：写到U盘，带到上级乡镇或县级平台，再把U盘带回来读取回执。"
    "用U盘和用网络送出的是同一份记录，不会重复。"
)


class CourierCard(QFrame):
    """Two buttons, and which files are on their way."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Card")
        self._context = context
        heading = QLabel("用U盘送办件", self)
        heading.setObjectName("Heading")
        explanation = QLabel(_SAID, self)
        explanation.setWordWrap(True)
        self.waiting = QLabel(self)
        self.waiting.setWordWrap(True)
        self.waiting.setProperty("tone", "warn")
        self.write = QPushButton("写到U盘(&U)…", self)
        self.read = QPushButton("从U盘读取(&D)…", self)
        self.write.clicked.connect(lambda: self._open(WriteWizard(context, self)))
        self.read.clicked.connect(lambda: self._open(ReadWizard(context, self)))
        row = QHBoxLayout()
        row.addWidget(self.write)
        row.addWidget(self.read)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 16)
        for widget in (heading, explanation, self.waiting):
            column.addWidget(widget)
        column.addLayout(row)
        self.look()

    def look(self) -> None:
        """Look which files are on their way."""
        workplace = self._context.workplace

        def work() -> str:
            from stationapp.services.courier import waiting

            return waiting_words(waiting(workplace))

        self._context.tasks.read(work, self._show, owner=self)

    def _show(self, words: str) -> None:
        self.waiting.setText(words)
        self.waiting.setVisible(bool(words))

    def _open(self, wizard: CourierWizard) -> None:
        wizard.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wizard.finished.connect(lambda _: self.look())
        wizard.open()
