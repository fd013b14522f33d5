"""The strip at the bottom: how things stand with the county, who is signed in, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from stationapp.services.changed import Changed, Kind
from stationapp.services.session import posts_here
from stationapp.services.synchronise import SyncPicture, picture
from stationapp.ui.context import Context
from stationapp.ui.sync_words import strip_words

SETTLE_MS = 50
LEAST_WIDTH = 260
_AROUND = 5  # characters of room beside the text
AGAIN_MS = 60_000
_CONCERNED = {Kind.CASES, Kind.OUTBOX, Kind.SYNC, Kind.BATCHES}


class _State(QPushButton):
    """One line that is shortened at its end where there is no room for all of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("StripState")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.said = ""

    def say(self, text: str) -> None:
        """Show a line."""
        self.said = text
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = self.width() - _AROUND * self.fontMetrics().averageCharWidth()
        self.setText(self.fontMetrics().elidedText(self.said, Qt.TextElideMode.ElideRight, room))


class StatusStrip(QWidget):
    """`pictured(SyncPicture)` whenever the state was looked at; the other signals are wishes."""

    pictured = Signal(object)
    sync_wanted = Signal()
    post_wanted = Signal(str)
    size_wanted = Signal()
    sign_out_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("StatusStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self.state = _State(self)
        self.state.setProperty("flat", True)
        self.state.setMinimumWidth(LEAST_WIDTH)  # Long news must not push the window beyond a small screen.
        self.state.clicked.connect(self.sync_wanted)
        self.posts = QComboBox(self)
        self.posts.setAccessibleName("当前岗位")
        self._build()
        self._settle = _timer(self, SETTLE_MS, self.look)
        self._settle.setSingleShot(True)
        _timer(self, AGAIN_MS, self.look).start()
        context.bus.changed.connect(self._on_changed)
        self.look()

    def look(self) -> None:
        """Look how things stand and say it."""
        workplace, worker = self._context.workplace, self._context.sync
        self._context.tasks.read(lambda: picture(workplace, worker), self._show, owner=self)

    def _show(self, seen: SyncPicture) -> None:
        text, tone = strip_words(seen, self._context.workplace.now())
        self.state.say(text)
        self.state.setToolTip(f"{text}\n查看同步情况（F5）")
        self.state.setAccessibleName(f"同步情况：{text}")
        if self.state.property("tone") != str(tone):
            self.state.setProperty("tone", str(tone))
            self.state.style().unpolish(self.state)
            self.state.style().polish(self.state)
        self.pictured.emit(seen)

    def _on_changed(self, changed: Changed, _initiator: object) -> None:
        if changed.kinds & _CONCERNED and not self._settle.isActive():
            self._settle.start()

    def _build(self) -> None:
        workplace = self._context.workplace
        who = QLabel(workplace.person.name, self)
        who.setToolTip("当前登录人")
        size = QPushButton("大字/标准", self)
        size.setToolTip("切换文字大小")
        size.clicked.connect(self.size_wanted)
        leave = QPushButton("退出登录", self)
        leave.clicked.connect(self.sign_out_wanted)
        for button in (size, leave):
            button.setProperty("flat", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 3)
        row.addWidget(self.state, 1)
        row.addWidget(who)
        row.addWidget(self._post_widget())
        row.addWidget(size)
        row.addWidget(leave)

    def _post_widget(self) -> QWidget:
        """A choice for who has several posts, otherwise only its name."""
        workplace = self._context.workplace
        posts = posts_here(workplace)
        if len(posts) < 2:
            self.posts.hide()
            return QLabel(f"{workplace.post.title}（{workplace.hand.side}岗）", self)
        for post in posts:
            desk = workplace.organisation.desk(post.desk_id)
            self.posts.addItem(f"{desk.name if desk else post.desk_id} · {post.title}", post.post_id)
        self.posts.setCurrentIndex(self.posts.findData(workplace.post.post_id))
        self.posts.activated.connect(lambda _: self.post_wanted.emit(str(self.posts.currentData())))
        self.posts.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return self.posts


def _timer(strip: StatusStrip, milliseconds: int, then: object) -> QTimer:
    timer = QTimer(strip)
    timer.setInterval(milliseconds)
    timer.timeout.connect(then)
    return timer
