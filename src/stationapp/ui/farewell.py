"""What the window shows while it closes: nothing is asked, what has not left this PC is told."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from stationapp.services.synchronise import SyncPicture
from stationapp.ui.words import only_here_words

READING_MS = 3000
_ALL_SAVED = "办件都已保存在本机。"
_UNSENT = "{words}。\n已全部保存，{goes}。在此之前请不要重装、更换或丢失这台电脑。"
_GOES = "下次打开并联网后自动报送"
_BLOCKED = "但有一条县级平台处理不了，送不出去，请打电话给县级平台管理员"


class Farewell(QWidget):
    """Says what is saved and what is unsent. `over` when the work has ended and the words could be read.

    A key or a click ends the reading at once.
    """

    over = Signal()

    def __init__(self, picture: SyncPicture | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Farewell")
        words = _unsent_words(picture) if picture else ""
        goes = _BLOCKED if picture and picture.blocked else _GOES
        self.text = QLabel(_UNSENT.format(words=words, goes=goes) if words else _ALL_SAVED, self)
        self.text.setObjectName("Heading")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setWordWrap(True)
        self._state = QLabel("正在停止同步并关闭…", self)
        self._state.setObjectName("Muted")
        self._state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self.text)
        layout.addWidget(self._state)
        layout.addStretch(1)
        self._ended = False
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.timeout.connect(self._finish)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if words:
            self._reading.start(READING_MS)

    def end(self) -> None:
        """The work has ended; leave as soon as the words could be read."""
        self._ended = True
        self._state.setText("正在关闭…按任意键立即关闭")
        if not self._reading.isActive():
            self.over.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        self._finish()

    def mousePressEvent(self, _event: object) -> None:
        self._finish()

    def _finish(self) -> None:
        self._reading.stop()
        if self._ended:
            self.over.emit()


def _unsent_words(seen: SyncPicture) -> str:
    scans = f"{seen.attachments_waiting} 个附件待上传" if seen.attachments_waiting else ""
    return "，".join(part for part in (only_here_words(seen), scans) if part)
