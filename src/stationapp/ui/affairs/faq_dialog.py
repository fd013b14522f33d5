"""知识库: usual questions about items, answered from the guides on this PC; an answer can be taken over."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.services.consultations import FaqEntry, faq
from stationapp.ui.context import Context
from stationapp.ui.fields.field import Field
from stationapp.ui.fields.typing_flow import TypingFlow

_ENTRY = Qt.ItemDataRole.UserRole


class FaqDialog(QDialog):
    """Looks for an item's usual questions. `taken` carries the FaqEntry whose answer is to be used."""

    taken = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("FaqDialog")
        self.setWindowTitle("从办事指南查找答复")
        self._context = context
        self._asked = 0
        self.box = QLineEdit(self)
        self.box.setPlaceholderText("输入拼音首字母、汉字或事项编码")
        self.list = QListWidget(self)
        self.list.setAccessibleName("常见问题")
        self.answer = QPlainTextEdit(self)
        self.answer.setReadOnly(True)
        self.answer.setAccessibleName("答复")
        self.take_button = QPushButton("采用此答复（F9）", self)
        self.take_button.setProperty("main", True)
        self.take_button.setShortcut(Qt.Key.Key_F9)
        close = QPushButton("取消（Esc）", self)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (close, self.take_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(Field("查找事项（&S）", self.box))
        layout.addWidget(self.list, 2)
        layout.addWidget(self.answer, 1)
        layout.addLayout(buttons)
        self.resize(680, 560)
        self.box.textChanged.connect(lambda _: self.look())
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_answer())
        self.list.itemActivated.connect(lambda _: self.take())
        self.take_button.clicked.connect(self.take)
        close.clicked.connect(self.reject)
        self._flow = TypingFlow(self)
        self._flow.watch(self)
        self.look()

    @property
    def chosen(self) -> FaqEntry | None:
        """The question chosen in the list."""
        item = self.list.currentItem()
        entry = item.data(_ENTRY) if item is not None else None
        return entry if isinstance(entry, FaqEntry) else None

    def look(self) -> None:
        """Look for what is typed."""
        self._asked += 1
        number, workplace, text = self._asked, self._context.workplace, self.box.text().strip()
        self._context.tasks.read(
            lambda: faq(workplace, text), lambda found: self._show(number, found), owner=self
        )

    def take(self) -> None:
        """Hand the chosen answer over."""
        if self.chosen is not None:
            self.taken.emit(self.chosen)
            self.accept()

    def _show(self, number: int, found: list[FaqEntry]) -> None:
        if number != self._asked:
            return
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(entry.question, self.list)
            item.setData(_ENTRY, entry)
        if found:
            self.list.setCurrentRow(0)
        self._show_answer()

    def _show_answer(self) -> None:
        entry = self.chosen
        self.answer.setPlainText(f"{entry.answer}\n\n依据：{entry.basis}" if entry else "没有找到。")
        self.take_button.setEnabled(entry is not None)
