"""取号叫号: a number is taken, called, called again, passed over, done; all of it without a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services.changed import Changed, Kind
from stationapp.services.queue import (
    Place,
    call_again,
    call_next,
    finish,
    queue_of_today,
    render_ticket,
    skip,
    take,
)
from stationapp.store.records import TicketState
from stationapp.ui.case.plain_table import PlainTable
from stationapp.ui.context import Context
from stationapp.ui.fields.field import Field, NoteLine
from stationapp.ui.paper_preview import PaperPreview, open_preview
from stationapp.ui.words import Tone, moment_text

_HEADS = ("号码", "业务", "取号时间", "状态", "窗口")
_WIDE = 1
_BIG = 5.0  # times the size of ordinary letters
_OPEN = frozenset({TicketState.WAITING, TicketState.CALLED, TicketState.SKIPPED})
_NOBODY = "—"


class QueueWindow(QDialog):
    """The number that is called now, large; below, everybody who still waits."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("QueueWindow")
        self.setWindowTitle("取号叫号")
        self._context = context
        self._places: list[Place] = []
        self._current: int | None = None
        self.preview: PaperPreview | None = None
        self.number = QLabel(_NOBODY, self)
        self.waiting = QLabel(self)
        self.business = QLineEdit(self)
        self.priority = QCheckBox("绿色通道（老年人、残疾人、军人等）", self)
        self.table = PlainTable(_HEADS, _WIDE, "今天的号码", self)
        self.note = NoteLine(self)
        self.take_button = QPushButton("取号并打印（&T）", self)
        self.next_button = QPushButton("叫下一个（F9）", self)
        self.again_button = QPushButton("重呼（&R）", self)
        self.skip_button = QPushButton("过号（&K）", self)
        self.done_button = QPushButton("办结（&D）", self)
        self._lay_out()
        self._connect()
        self.resize(760, 620)
        self.look()

    def look(self) -> None:
        """Look at the queue again."""
        workplace = self._context.workplace
        self._context.tasks.read(lambda: queue_of_today(workplace), self._show, owner=self)

    def take_number(self) -> None:
        """Take a number for whoever stands here, and show its ticket."""
        workplace, business = self._context.workplace, self.business.text()
        priority = self.priority.isChecked()
        self._run(lambda: take(workplace, business, priority=priority), self._taken)

    def call(self) -> None:
        """Call whose turn it is."""
        workplace = self._context.workplace
        self._run(lambda: call_next(workplace), self._called)

    def _taken(self, place: Place) -> None:
        workplace = self._context.workplace
        self.business.clear()
        self.priority.setChecked(False)
        self.note.say(f"已取号 {place.number}，前面还有 {place.ahead} 人。", Tone.GOOD)
        self.preview = open_preview(self._context, lambda: render_ticket(workplace, place), self)

    def _called(self, place: Place | None) -> None:
        if place is None:
            self.note.say("现在没有人等候。")
            return
        self._current = place.ticket.count
        self.note.say("")

    def _on_current(self, act: Callable[..., tuple[Place, Changed]], then: Callable[[Place], None]) -> None:
        workplace, count = self._context.workplace, self._chosen()
        if count is None:
            self.note.say("请先叫号，或者在表中选择一个号码。", Tone.WARN)
        else:
            self._run(lambda: act(workplace, count), then)

    def _chosen(self) -> int | None:
        """The number called now; with the keyboard in the table, the one chosen there."""
        row = self.table.currentRow()
        shown = self._shown()
        if self.table.hasFocus() and 0 <= row < len(shown):
            return shown[row].ticket.count
        return self._current

    def _run(self, work: Callable[[], tuple[Any, Changed]], then: Callable[[Any], None]) -> None:
        def made(outcome: tuple[Any, Changed]) -> None:
            result, changed = outcome
            then(result)
            self._context.bus.tell(changed, self)

        self._context.tasks.run(work, made, self._not_made, owner=self)

    def _not_made(self, error: Exception) -> None:
        reasons = error.reasons if isinstance(error, Refused) else ()
        text = error.text if isinstance(error, Unavailable) else "；".join(reason.text for reason in reasons)
        self.note.say(text or str(error), Tone.RED)

    def _over(self, _: Place) -> None:
        self._current = None
        self.note.say("")

    def _shown(self) -> list[Place]:
        return [place for place in self._places if place.ticket.state in _OPEN]

    def _show(self, places: list[Place]) -> None:
        self._places = places
        called = {place.ticket.count: place for place in places if place.ticket.state is TicketState.CALLED}
        if self._current not in called:
            self._current = max(called, default=None)
        self.number.setText(called[self._current].number if self._current is not None else _NOBODY)
        waiting = sum(place.ticket.state is TicketState.WAITING for place in places)
        self.waiting.setText(f"等候 {waiting} 人　今天共取号 {len(places)} 个")
        zone = self._context.workplace.now().tzinfo
        self.table.show_rows(
            [
                (
                    f"{place.number}{' 优先' if place.ticket.priority else ''}",
                    place.ticket.business,
                    moment_text(place.ticket.taken_at.astimezone(zone))[-5:],
                    place.ticket.state.label,
                    place.ticket.window,
                )
                for place in self._shown()
            ]
        )
        for button in (self.again_button, self.skip_button, self.done_button):
            button.setEnabled(bool(self._shown()))

    def _hear(self, changed: Changed, _initiator: object) -> None:
        if Kind.QUEUE in changed.kinds:
            self.look()

    def _connect(self) -> None:
        self._context.bus.changed.connect(self._hear)
        self.next_button.setShortcut(Qt.Key.Key_F9)
        self.take_button.clicked.connect(self.take_number)
        self.next_button.clicked.connect(self.call)
        self.again_button.clicked.connect(lambda: self._on_current(call_again, self._called))
        self.skip_button.clicked.connect(lambda: self._on_current(skip, self._over))
        self.done_button.clicked.connect(lambda: self._on_current(finish, self._over))

    def _lay_out(self) -> None:
        font = self.number.font()
        self.number.setStyleSheet(f"font-size: {font.pointSizeF() * _BIG:.0f}pt; font-weight: bold;")
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setAccessibleName("正在办理的号码")
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.next_button.setProperty("main", True)
        calling = QHBoxLayout()
        for button in (self.next_button, self.again_button, self.skip_button, self.done_button):
            button.setAutoDefault(False)
            calling.addWidget(button)
        taking = QGridLayout()
        taking.addWidget(Field("办理业务（&B）", self.business), 0, 0)
        taking.addWidget(self.priority, 1, 0)
        taking.addWidget(self.take_button, 0, 1, Qt.AlignmentFlag.AlignBottom)
        self.take_button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.addWidget(self.number)
        layout.addWidget(self.waiting)
        layout.addLayout(calling)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        layout.addLayout(taking)
