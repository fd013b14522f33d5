"""What both wizards share: choose the stick, watch, read the result. All by keyboard; nothing blocks the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStorageInfo, Qt, Signal
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
from stationapp.ui.fields.field import NoteLine, restyle
from stationapp.ui.file_choice import choose_folder
from stationapp.ui.words import Tone, size_text

_PERMILLE = 1000
_PATH = Qt.ItemDataRole.UserRole


class CourierWizard(QDialog):
    """Three pages: where, while, and what came of it. `go` is the button that begins, `more` one that goes on after
    the last page, where there is something to go on with.
    """

    progressed = Signal(int)
    nothing_lost = ""
    """What is said behind whatever stood in the way."""

    def __init__(self, context: Context, title: str, go: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._busy = False
        self.setWindowTitle(title)
        self.resize(720, 560)
        self.lead = _wrapped(self)
        self.remark = _wrapped(self, "Muted")
        self.trouble = NoteLine(self)
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
        self.more = QPushButton(self)
        self.more.setProperty("main", True)
        self.more.hide()
        self.done_button = QPushButton("完成(&F)", self)
        self.done_button.setProperty("main", True)
        self._card = QFrame(self)
        self.pages = QStackedWidget(self)
        for page in (self._choosing(), self._working(), self._telling()):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(self.pages)
        self._connect()
        self.find_sticks()

    def _connect(self) -> None:
        self.again.clicked.connect(self.find_sticks)
        self.other.clicked.connect(self._ask_folder)
        self.go.clicked.connect(self._go)
        self.drives.itemActivated.connect(lambda _: self._go())
        self.drives.currentItemChanged.connect(lambda *_: self._enable())
        self.more.clicked.connect(self._go)
        self.cancel.clicked.connect(self.reject)
        self.done_button.clicked.connect(self.accept)
        self.progressed.connect(self.bar.setValue)

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
        item = QListWidgetItem(drive_words(path))
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
        self.trouble.say("")
        self.bar.setValue(0)
        self.pages.setCurrentIndex(1 if busy else 0)
        if not busy:
            self.go.setFocus()

    def show_result(self, headline: str, tone: Tone) -> None:
        """Show the last page."""
        self._busy = False
        self.headline.setText(headline)
        restyle(self._card, "tone", str(tone))
        self.pages.setCurrentIndex(2)
        is_last = self.more.isHidden()
        button = self.done_button if is_last else self.more
        restyle(self.done_button, "main", is_last)
        button.setDefault(True)
        button.setFocus()

    def leave(self) -> None:
        """Close although the work was on: another window takes over."""
        self._busy = False
        self.accept()

    def on_failed(self, error: Exception) -> None:
        """Say what stood in the way, and let the person choose again."""
        self.show_busy(False)
        self.trouble.say(f"{getattr(error, 'text', str(error))}{self.nothing_lost}", Tone.RED)

    def clear_told(self) -> None:
        """Empty the last page."""
        while (old := self.told.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

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
        for widget in (self.lead, self.remark, self.trouble, label, self._none):
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
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.more)
        buttons.addWidget(self.done_button)
        column.addLayout(buttons)
        return page


def drive_words(path: Path) -> str:
    """Return a drive as people tell it from others: its label, where it is, and how much fits onto it."""
    info = QStorageInfo(str(path))
    if not info.isValid() or not info.isReady():
        return str(path)
    is_drive = Path(info.rootPath()) == path
    name = f"{info.displayName()}　" if is_drive and info.displayName() not in ("", str(path)) else ""
    return f"{name}{path}　剩余 {size_text(info.bytesAvailable())}"


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
