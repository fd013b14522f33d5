"""The strip over the top of a window in which news stand until they are read; nothing below it moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from stationapp.ui.messages import Messages, Notice, Weight
from stationapp.ui.words import Tone

PLAIN_STAYS_MS = 8000
_WIDEST = 720  # so that a page's name and state, left and right below it, stay to be read
_AROUND = 12  # pixels left free on both sides and above
_TONES = {Weight.PLAIN: Tone.ACTIVE, Weight.REFUSED: Tone.WARN, Weight.UNAVAILABLE: Tone.WARN}


class Banner(QFrame):
    """Shows the latest notice. A plain one leaves by itself, bad news stay until they are put away.

    It lies over the middle of its parent, so that a page does not move under the hand of who works on it.
    """

    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Banner")
        self.setProperty("ground", True)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QPushButton("知道了", self)
        close.setProperty("flat", True)
        close.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PLAIN_STAYS_MS)
        self._timer.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.addWidget(self.text, 1)
        layout.addWidget(close)
        messages.noticed.connect(self.show_notice)
        if parent is not None:
            parent.installEventFilter(self)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show a notice in place of the one before, and have a screen reader say it."""
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        self.setProperty("tone", str(_TONES[notice.weight]))
        self.style().unpolish(self)
        self.style().polish(self)
        self.text.setText(notice.text)
        self._place()
        self.show()
        self.raise_()
        self._timer.stop()
        if notice.weight is Weight.PLAIN:
            self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, notice.text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of what it lies over."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        width = min(parent.width() - 2 * _AROUND, _WIDEST)
        layout = self.layout()
        wanted = layout.totalHeightForWidth(width) if layout is not None else -1
        self.setGeometry(
            (parent.width() - width) // 2,
            _AROUND // 2,
            width,
            wanted if wanted > 0 else self.sizeHint().height(),
        )
