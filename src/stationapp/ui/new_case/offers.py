"""People served before, offered while a name or number is typed; ↓ moves into the list, Enter takes one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from stationapp.services.applicants import known_applicants
from stationapp.store.records import KnownApplicant
from stationapp.ui.context import Context
from stationapp.ui.fields.key_watch import KeyWatch

_PAUSE = 200  # milliseconds
_WHO = Qt.ItemDataRole.UserRole
_MOST_ROWS = 5


class KnownApplicantOffers(QListWidget):
    """A list that hangs below the line being typed in, without taking the keyboard. `taken` carries who was chosen."""

    taken = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._context = context
        self._line: QLineEdit | None = None
        self._asked = 0
        self.setAccessibleName("以前办过事的申请人")
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.hide()
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._ask)
        self.itemActivated.connect(self._take)
        self.itemClicked.connect(self._take)

    def serve(self, line: QLineEdit) -> None:
        """Offer people for what is typed into a line by hand."""
        line.textEdited.connect(lambda _: self._typed(line))
        KeyWatch(line, Qt.Key.Key_Down).pressed.connect(lambda _: self._enter(line))
        line.editingFinished.connect(self._line_left)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current is not None:
            self._take(current)
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()

    def _typed(self, line: QLineEdit) -> None:
        self._line = line
        self._asked += 1
        self.hide()
        self._timer.start()

    def _ask(self) -> None:
        if self._line is None:
            return
        number, text, workplace = self._asked, self._line.text(), self._context.workplace
        self._context.tasks.read(
            lambda: known_applicants(workplace, text), lambda found: self._show(number, found), owner=self
        )

    def _show(self, number: int, found: list[KnownApplicant]) -> None:
        line = self._line
        if number != self._asked or line is None or not line.hasFocus() or not found:
            return
        self.clear()
        for known in found:
            entry = QListWidgetItem(f"{known.name}　{known.document_number}　{known.phone}", self)
            entry.setData(_WHO, known)
        self.setCurrentRow(-1)
        rows = min(len(found), _MOST_ROWS)
        height = rows * self.sizeHintForRow(0) + 2 * self.frameWidth()
        place = line.mapTo(self._over, QPoint(0, line.height()))
        self.setGeometry(place.x(), place.y(), max(line.width(), 360), height)
        self.raise_()
        self.show()

    def _enter(self, line: QLineEdit) -> None:
        if self.isVisible() and self._line is line:
            self.setFocus()
            self.setCurrentRow(0)

    def _line_left(self) -> None:
        if not self.hasFocus():
            self._asked += 1
            self._timer.stop()
            self.hide()

    def _take(self, entry: QListWidgetItem) -> None:
        self._close()
        self.taken.emit(entry.data(_WHO))

    def _close(self) -> None:
        if self._line is not None:
            self._line.setFocus()
        self.hide()
