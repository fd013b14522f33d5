"""One look: may this PC be switched off or carried away, and how do things stand with the county?"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from stationapp.services.changed import Changed, Kind
from stationapp.services.mailboxes import MailboxState, mailboxes
from stationapp.services.synchronise import SyncPicture, picture
from stationapp.ui.context import Context
from stationapp.ui.courier.card import CourierCard
from stationapp.ui.enrol_again import EnrolAgainCard
from stationapp.ui.sync_words import Fact, facts, mailbox_fact, verdict
from stationapp.ui.words import Tone


@dataclass(frozen=True, slots=True)
class _Sight:
    picture: SyncPicture
    mailboxes: list[MailboxState]


PROGRESS_MS = 3000
NOT_YET = Fact("尚未读取", "第一次联网同步后显示")


class SyncView(QWidget):
    """The state of syncing, renewed whenever the worker tells something."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("SyncView")
        self._context = context
        self.headline = QLabel("…", self)
        self.explanation = QLabel(self)
        self.send = QPushButton("立即同步(&S)　F5", self)
        self._facts = QGridLayout()
        self._mailboxes = QGridLayout()
        self._build()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(PROGRESS_MS)
        self._again.timeout.connect(self._look_if_seen)
        context.bus.changed.connect(self._on_changed)
        self.look()

    def look(self) -> None:
        """Look how things stand."""
        workplace, worker = self._context.workplace, self._context.sync
        self._context.tasks.read(
            lambda: _Sight(picture(workplace, worker), mailboxes(workplace)), self._show, owner=self
        )

    def send_now(self) -> None:
        """Try at once."""
        if self._context.sync is not None:
            self._context.sync.send_now()

    def _show(self, sight: _Sight) -> None:
        now = self._context.workplace.now()
        head, explanation, tone = verdict(sight.picture)
        self.headline.setText(head)
        self.explanation.setText(explanation)
        self._card.setProperty("tone", str(tone))
        _restyle(self._card)
        _fill(self._facts, facts(sight.picture, now))
        boxes = [mailbox_fact(row, sight.picture, now) for row in sight.mailboxes]
        _fill(self._mailboxes, boxes or [NOT_YET])
        self.send.setEnabled(self._context.sync is not None and not sight.picture.running)
        self.enrol_again.setVisible(sight.picture.needs_enrolment)
        if sight.picture.running and sight.picture.attachments_waiting:
            self._again.start()  # Nobody tells of an attachment's way before its end.

    def _look_if_seen(self) -> None:
        if self.isVisible():
            self.look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def _on_changed(self, changed: Changed, _initiator: object) -> None:
        if changed.kinds & {Kind.SYNC, Kind.OUTBOX, Kind.CASES}:
            self.look()

    def _build(self) -> None:
        title = QLabel("同步", self)
        title.setObjectName("Title")
        self.send.setProperty("main", True)
        self.send.clicked.connect(self.send_now)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.send)
        self._card = QFrame(self)
        self._card.setProperty("ground", True)
        self.headline.setObjectName("Title")
        for label in (self.headline, self.explanation):
            label.setWordWrap(True)
        card = QVBoxLayout(self._card)
        card.setContentsMargins(20, 16, 20, 16)
        card.addWidget(self.headline)
        card.addWidget(self.explanation)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(14)
        self.enrol_again = EnrolAgainCard(self._context, inside)
        self.enrol_again.hide()
        self.enrol_again.enrolled.connect(self._context.bus.session_over)
        column.addWidget(self._card)
        column.addWidget(self.enrol_again)
        self.courier = CourierCard(self._context, inside)
        column.addWidget(self.courier)
        column.addWidget(_section("各项情况", self._facts, inside))
        column.addWidget(_section("各信箱核对情况", self._mailboxes, inside))
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(top)
        layout.addWidget(scroll, 1)
        self.setFocusProxy(self.send)


def _section(title: str, grid: QGridLayout, parent: QWidget) -> QFrame:
    frame = QFrame(parent)
    frame.setObjectName("Card")
    heading = QLabel(title, frame)
    heading.setObjectName("Heading")
    column = QVBoxLayout(frame)
    column.setContentsMargins(20, 12, 20, 16)
    column.addWidget(heading)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    column.addLayout(grid)
    return frame


def _fill(grid: QGridLayout, rows: list[Fact]) -> None:
    """Write the lines into the grid, using the labels that are there."""
    for number, row in enumerate(rows):
        title, text = _label(grid, number, 0), _label(grid, number, 1)
        title.setObjectName("Muted")
        title.setText(row.title)
        text.setText(row.text)
        text.setProperty("tone", str(row.tone))
        font = QFont(text.font())
        font.setBold(row.tone in (Tone.WARN, Tone.RED))
        text.setFont(font)
        for label in (title, text):
            label.show()
            _restyle(label)
    for number in range(len(rows), grid.rowCount()):
        for column in (0, 1):
            if grid.itemAtPosition(number, column) is not None:
                _label(grid, number, column).hide()


def _label(grid: QGridLayout, row: int, column: int) -> QLabel:
    item = grid.itemAtPosition(row, column)
    found = item.widget() if item is not None else None
    if isinstance(found, QLabel):
        return found
    label = QLabel()
    label.setWordWrap(column == 1)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
    return label


def _restyle(widget: QWidget) -> None:
    widget.style().unpolish(widget)
    widget.style().polish(widget)
