"""Finding the service item: pinyin initials, characters or code; the arrows move in the hits, Enter chooses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from stationapp.services.catalogue import FoundItem, find_items
from stationapp.ui.context import Context
from stationapp.ui.fields.field import Field
from stationapp.ui.new_case.item_row import FOUND, ItemRowDelegate, second_line

_PAUSE = 120  # milliseconds of silence before the catalogue is asked
_LIST_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ItemSearch(QWidget):
    """The search box with its hits. `chosen` carries a ServiceItem, `looked_at` a FoundItem or None."""

    chosen = Signal(object)
    looked_at = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = 0  # number of the newest question; answers to older ones are thrown away
        self._answered = 0
        self._enter_waits = False
        self.box = QLineEdit(self)
        self.box.setPlaceholderText("输入拼音首字母（如 ylbx）、汉字或事项编码")
        self.box.setClearButtonEnabled(True)
        self.field = Field("查找事项（&S）", self.box, hint="↑↓ 选择，回车开始办理")
        self.hits = QListWidget(self)
        self.hits.setItemDelegate(ItemRowDelegate(self.hits))
        self.hits.setUniformItemSizes(True)
        self.hits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hits.setAccessibleName("查到的事项")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field)
        layout.addWidget(self.hits, 1)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._ask)
        self.box.textChanged.connect(self._typed)
        self.box.installEventFilter(self)
        self.hits.installEventFilter(self)
        self.hits.currentItemChanged.connect(self._look)
        self.hits.itemActivated.connect(lambda _: self._choose())
        self.hits.itemClicked.connect(lambda _: self.box.setFocus())

    def start(self) -> None:
        """Empty the box, show every item and take the keyboard."""
        self.box.clear()
        self.box.setFocus()
        self._ask()

    def look_for(self, text: str) -> None:
        """Put a text into the box and look for it at once."""
        self.box.setText(text)
        self._ask()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in _ENTER_KEYS:
            self._choose()
            return True
        if watched is self.box and event.key() in _LIST_KEYS:
            QApplication.sendEvent(self.hits, event)
            return True
        return False

    def _typed(self) -> None:
        self._asked += 1
        self._enter_waits = False
        self.field.clear()
        self._timer.start()

    def _ask(self) -> None:
        self._timer.stop()
        self._asked += 1
        number, text, workplace = self._asked, self.box.text(), self._context.workplace
        self._context.tasks.read(
            lambda: find_items(workplace, text), lambda found: self._show(number, found), owner=self
        )

    def _show(self, number: int, found: list[FoundItem]) -> None:
        if number != self._asked:
            return
        self._answered = number
        self.hits.clear()
        for row in found:
            entry = QListWidgetItem(row.item.name, self.hits)
            entry.setData(FOUND, row)
            entry.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.item.name}，{second_line(row)}")
        if found:
            self.hits.setCurrentRow(0)
        else:
            self.field.warn("没有找到事项，请换一个词，或只输入拼音首字母。")
            self.looked_at.emit(None)
        if self._enter_waits:
            self._enter_waits = False
            self._choose()

    def _look(self, current: QListWidgetItem | None) -> None:
        self.looked_at.emit(current.data(FOUND) if current else None)

    def _choose(self) -> None:
        if self._answered != self._asked:
            # Whoever types quickly means the answer to what he typed, not the list he has not seen change.
            self._enter_waits = True
            if self._timer.isActive():
                self._ask()
            return
        current = self.hits.currentItem()
        if current is None:
            return
        found: FoundItem = current.data(FOUND)
        if found.closed:
            self.field.complain("；".join(reason.text for reason in found.closed))
        else:
            self.chosen.emit(found.item)
