"""What both wizards share: choose the stick, watch, read the result. All by keyboard; nothing blocks the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stationapp.platform.removable import sticks
from stationapp.ui.context import Context
from stationapp.ui.file_choice import choose_folder
from stationapp.ui.words import Tone

_PERMILLE = 1000
_PATH = Qt.ItemDataRole.UserRole


class CourierWizard(QDialog):
    """Three pages: where, while, and what came of it. `go` is the button that begins."""

    progressed = Signal(int)

    def __init__(self, context: Context, title: str, go: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._busy = False
        self.setWindowTitle(title)
        self.resize(720, 560)
        self.lead = _wrapped(self)
        self.remark = _wrapped(self, "Muted")
        self.drives = QListWidget(self)
        self.drives.setAccessibleName("U盘")
        self.again = QPushButton("重新查找U盘(&L)", self)
        self.other = QPushButton("选择其他文件夹(&B)…", self)
        self.go = QPushButton(go, self)
        self.go.setProperty("main", True)
        self.go.setDefault(True)
        self.cancel = QPushButton("取消", self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, _PERMILLE)
        self.bar.setTextVisible(False)
        self.while_busy = _wrapped(self, "Title")
        self.headline = _wrapped(self, "Title")
        self.told = QVBoxLayout()
        self.done_button = QPushButton("完成(&F)", self)
        self.done_button.setProperty("main", True)
        self._card = QFrame(self)
        self.pages = QStackedWidget(self)
        for page in (self._choosing(), self._working(), self._telling()):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(self.pages)
        self.again.clicked.connect(self.find_sticks)
        self.other.clicked.connect(self._ask_folder)
        self.go.clicked.connect(self._go)
        self.drives.itemActivated.connect(lambda _: self._go())
        self.drives.currentItemChanged.connect(lambda *_: self._enable())
        self.cancel.clicked.connect(self.reject)
        self.done_button.clicked.connect(self.accept)
        self.progressed.connect(self.bar.setValue)
        self.find_sticks()

    def begin(self, folder: Path) -> None:
        """Do what the wizard is for; each wizard says what."""
        raise NotImplementedError

    def find_sticks(self) -> None:
        """Offer the sticks that are plugged in now."""
        self.drives.clear()
        for path in sticks():
            self.offer(path)
        found = self.drives.count() > 0
        self._none.setVisible(not found)
        (self.drives if found else self.again).setFocus()
        self._enable()

    def offer(self, path: Path) -> None:
        """Offer a drive or a folder, and choose it."""
        item = QListWidgetItem(str(path))
        item.setData(_PATH, str(path))
        self.drives.addItem(item)
        self.drives.setCurrentItem(item)

    def chosen(self) -> Path | None:
        """The chosen drive or folder."""
        item = self.drives.currentItem()
        return Path(str(item.data(_PATH))) if item is not None else None

    def tell_progress(self, done: int, total: int) -> None:
        """Show how far the work is; from any thread."""
        self.progressed.emit(_PERMILLE * done // max(1, total))

    def show_busy(self, busy: bool) -> None:
        """Show that the work is on, or go back to where it was asked for."""
        self._busy = busy
        self.bar.setValue(0)
        self.pages.setCurrentIndex(1 if busy else 0)
        if not busy:
            self.go.setFocus()

    def show_result(self, headline: str, tone: Tone) -> None:
        """Show the last page."""
        self._busy = False
        self.headline.setText(headline)
        self._card.setProperty("tone", str(tone))
        self._card.style().unpolish(self._card)
        self._card.style().polish(self._card)
        self.pages.setCurrentIndex(2)
        self.done_button.setDefault(True)
        self.done_button.setFocus()

    def on_failed(self, error: Exception) -> None:
        """Say what stood in the way, and let the person choose again."""
        self.show_busy(False)
        self.remark.setObjectName("FieldNote")
        self.remark.setText(getattr(error, "text", str(error)))
        self.remark.style().unpolish(self.remark)
        self.remark.style().polish(self.remark)
        self.remark.show()

    def reject(self) -> None:
        """Esc or the cross; not while the stick is being written or read."""
        if not self._busy:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Pulling the stick out under the program is what a closed window invites."""
        if self._busy:
            event.ignore()
        else:
            super().closeEvent(event)

    def _go(self) -> None:
        folder = self.chosen()
        if folder is not None and not self._busy:
            self.show_busy(True)
            self.begin(folder)

    def _enable(self) -> None:
        self.go.setEnabled(self.drives.currentItem() is not None)

    def _ask_folder(self) -> None:
        choose_folder(self, "选择U盘或文件夹", self.offer)

    def _choosing(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setSpacing(12)
        label = QLabel("U盘(&U)：插好U盘后从下面选择", page)
        label.setBuddy(self.drives)
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        self.remark.hide()
        self._none = said(page, "没有找到U盘。插好U盘后按“重新查找U盘”，或选择其他文件夹。")
        self._none.setProperty("tone", str(Tone.WARN))
        for widget in (self.lead, self.remark, label, self._none):
            column.addWidget(widget)
        column.addWidget(self.drives, 1)
        self.extra = QVBoxLayout()
        column.addLayout(self.extra)
        column.addLayout(buttons)
        return page

    def _working(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self.while_busy)
        column.addWidget(self.bar)
        column.addStretch(2)
        return page

    def _telling(self) -> QWidget:
        page = QWidget(self)
        self._card.setProperty("ground", True)
        card = QVBoxLayout(self._card)
        card.setContentsMargins(20, 16, 20, 16)
        card.addWidget(self.headline)
        inside = QWidget(page)
        inside.setLayout(self.told)
        self.told.setContentsMargins(0, 0, 8, 0)
        scroll = QScrollArea(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.addWidget(self._card)
        column.addWidget(scroll, 1)
        column.addWidget(self.done_button, 0, Qt.AlignmentFlag.AlignRight)
        return page


def said(parent: QWidget, text: str, name: str = "") -> QLabel:
    """Return a paragraph that can be selected."""
    label = _wrapped(parent, name)
    label.setText(text)
    return label


def _wrapped(parent: QWidget, name: str = "") -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if name:
        label.setObjectName(name)
    return label
