"""One look: may this PC be switched off or carried away, and how do things stand with the county?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
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
from stationapp.ui.words import Tone, moment_text, only_here_words

NO_TROUBLE = "无"


@dataclass(frozen=True, slots=True)
class _Sight:
    picture: SyncPicture
    mailboxes: list[MailboxState]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the page."""

    title: str
    text: str
    tone: Tone = Tone.PLAIN


def verdict(seen: SyncPicture) -> tuple[str, str, Tone]:
    """Whether the PC may be switched off, whether it may be carried away, and in which tone that is said.

    Switching off is always safe: every act is on the disk. Carrying away or replacing is not, while something
    exists on this PC alone or nobody has confirmed that the county holds the same.
    """
    if seen.only_here_events or seen.attachments_waiting:
        words = "，".join(part for part in (only_here_words(seen), _attachments(seen)) if part)
        return (
            "可以关机；先不要重装、更换或丢失这台电脑",
            f"{words}，县平台还没有收到。记录都已保存在本机硬盘，联网后自动报送。",
            Tone.WARN,
        )
    if seen.agreed:
        return (
            "可以放心关机或带走电脑",
            f"本机的记录县平台都有，双方核对一致（{moment_text(seen.agreed_at)}）。",
            Tone.GOOD,
        )
    return (
        "可以关机；与县平台尚未核对一致",
        "本机没有未报送的记录，但还没有与县平台逐项核对。联网后会自动核对。",
        Tone.PLAIN,
    )


def facts(seen: SyncPicture, now: datetime) -> list[Fact]:
    """The lines of the page, from the most to the least important."""
    return [
        Fact("仅存本机", _only_here(seen), Tone.WARN if seen.only_here_events else Tone.GOOD),
        Fact("最早一条", moment_text(seen.oldest) if seen.oldest else NO_TROUBLE),
        Fact(
            "待上传附件",
            _attachments(seen) or NO_TROUBLE,
            Tone.WARN if seen.attachments_waiting else Tone.GOOD,
        ),
        Fact("县平台暂存", _held(seen), Tone.WARN if seen.held else Tone.GOOD),
        Fact("被退回、需处理", _refused(seen), Tone.RED if seen.refused else Tone.GOOD),
        Fact("最近联系县平台", moment_text(seen.last_contact, now)),
        Fact("现在的联系", _contact(seen), Tone.WARN if seen.problem else Tone.PLAIN),
        Fact("下次自动同步", moment_text(seen.next_attempt, now) if seen.next_attempt else "有新记录时立即"),
        Fact("本机时间", seen.drift_text or "尚未与县平台比对"),
    ]


def _only_here(seen: SyncPicture) -> str:
    if not seen.only_here_events:
        return NO_TROUBLE
    return f"{seen.only_here_events} 条记录，涉及 {seen.only_here_cases} 件办件"


def _attachments(seen: SyncPicture) -> str:
    return f"{seen.attachments_waiting} 个附件待上传" if seen.attachments_waiting else ""


def _held(seen: SyncPicture) -> str:
    return f"{seen.held} 条，等前面的记录或附件到齐后自动生效" if seen.held else NO_TROUBLE


def _refused(seen: SyncPicture) -> str:
    return f"{seen.refused} 条，请到“需处理”查看原因" if seen.refused else NO_TROUBLE


def _contact(seen: SyncPicture) -> str:
    if seen.problem:
        return f"联系不上县平台，不影响办件。{seen.problem}"
    return "正在同步…" if seen.running else "正常"


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
        _fill(self._mailboxes, [_mailbox_fact(row, now) for row in sight.mailboxes] or [NOT_YET])
        self.send.setEnabled(self._context.sync is not None and not sight.picture.running)

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
        column.addWidget(self._card)
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


def _mailbox_fact(row: MailboxState, now: datetime) -> Fact:
    if row.agreed:
        return Fact(row.desk_name, f"核对一致　{moment_text(row.at, now)}", Tone.GOOD)
    return Fact(row.desk_name, "尚未核对一致", Tone.WARN)


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
