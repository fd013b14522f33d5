"""需处理: acts the county refused. Each stays until a person has written down how it was dealt with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.refusal import Refused
from stationapp.services.changed import Changed, Kind
from stationapp.services.troubles import Trouble, settle, troubles
from stationapp.ui.context import Context
from stationapp.ui.words import moment_text

_TROUBLE = Qt.ItemDataRole.UserRole
_SAID = "下列操作县级平台没有接受。记录不会删除；请核对办件、采取补救措施，再写明处理情况。"
_NOTHING = "没有需要处理的事项。"
_ALL_WELL = "县级平台没有退回本机上报的操作。暂存在县级平台、还没有生效的，请看“同步”（F5）。"


class TroublesView(QWidget):
    """The refused acts to the left, the chosen one's reasons and the note to the right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("TroublesView")
        self._context = context
        self.list = QListWidget(self)
        self.reasons = QLabel(self)
        self.note = QPlainTextEdit(self)
        self.open_case = QPushButton("查看办件(&V)", self)
        self.settle_button = QPushButton("已处理(&D)", self)
        self._build()
        context.bus.changed.connect(self._on_changed)
        self.look()

    @property
    def chosen(self) -> Trouble | None:
        """The act chosen in the list."""
        item = self.list.currentItem()
        trouble = item.data(_TROUBLE) if item is not None else None
        return trouble if isinstance(trouble, Trouble) else None

    def look(self) -> None:
        """Look again what was refused."""
        workplace = self._context.workplace
        self._context.tasks.read(lambda: troubles(workplace), self._show, owner=self)

    def settle(self) -> None:
        """Write down how the chosen act was dealt with."""
        trouble, note = self.chosen, self.note.toPlainText()
        if trouble is None:
            return
        workplace = self._context.workplace
        self.settle_button.setEnabled(False)
        self._context.tasks.run(
            lambda: settle(workplace, trouble.event_id, note),
            self._settled,
            self._not_settled,
            owner=self,
            always=self._show_chosen,
        )

    def _settled(self, changed: Changed) -> None:
        self.note.clear()
        self._context.messages.tell("已记录处理情况。")
        self._context.bus.tell(changed, self)
        self.look()

    def _not_settled(self, error: Exception) -> None:
        self._context.messages.bad_news(error, self.note if isinstance(error, Refused) else None)

    def _show(self, found: list[Trouble]) -> None:
        before = self.chosen
        self.list.clear()
        for trouble in found:
            item = QListWidgetItem(f"{trouble.receipt_number}　{trouble.title}\n{moment_text(trouble.at)}")
            item.setData(_TROUBLE, trouble)
            self.list.addItem(item)
            if before is not None and trouble.event_id == before.event_id:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None and found:
            self.list.setCurrentRow(0)
        self._show_chosen()

    def _show_chosen(self) -> None:
        trouble = self.chosen
        for widget in (self.note, self.open_case, self.settle_button):
            widget.setEnabled(trouble is not None)
        self._answer.setVisible(trouble is not None)
        self.said.setText(_SAID if trouble is not None else _ALL_WELL)
        if trouble is None:
            self.reasons.setText(_NOTHING)
            return
        lines = [
            f"{trouble.receipt_number}　{trouble.title}　{moment_text(trouble.at)}",
            "",
            "县级平台没有接受的原因：",
        ]
        lines += [f"· {reason.text}" for reason in trouble.reasons]
        lines += [line for text in (trouble.meanwhile, trouble.remedy) if text for line in ("", text)]
        self.reasons.setText("\n".join(lines))

    def _open_chosen(self) -> None:
        if self.chosen is not None:
            self._context.bus.case_wanted.emit(self.chosen.case_id)

    def _on_changed(self, changed: Changed, initiator: object) -> None:
        if initiator is not self and changed.kinds & {Kind.CASES, Kind.OUTBOX, Kind.SYNC}:
            self.look()

    def _build(self) -> None:
        title = QLabel("需处理", self)
        title.setObjectName("Title")
        self.said = QLabel(_ALL_WELL, self)
        self.said.setObjectName("Muted")
        self.said.setWordWrap(True)
        self.list.setAccessibleName("被退回的操作")
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        self.list.itemActivated.connect(lambda _: self.note.setFocus())
        self.reasons.setWordWrap(True)
        self.reasons.setTextFormat(Qt.TextFormat.PlainText)
        self.reasons.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.note.setAccessibleName("处理情况")
        self.note.setTabChangesFocus(True)
        self.note.setPlaceholderText("例如：已与镇中心核对，该件以镇中心签收为准，已告知申请人。")
        self.open_case.clicked.connect(self._open_chosen)
        self.settle_button.setProperty("main", True)
        self.settle_button.clicked.connect(self.settle)
        across = QHBoxLayout()
        across.setSpacing(16)
        across.addWidget(self.list, 2)
        across.addWidget(self._details(), 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(self.said)
        layout.addLayout(across, 1)
        self.setFocusProxy(self.list)

    def _details(self) -> QFrame:
        card = QFrame(self)
        card.setObjectName("Card")
        label = QLabel("处理情况(&W)", card)
        label.setBuddy(self.note)
        self._answer = QWidget(card)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_case)
        buttons.addStretch(1)
        buttons.addWidget(self.settle_button)
        answer = QVBoxLayout(self._answer)
        answer.setContentsMargins(0, 8, 0, 0)
        answer.addWidget(label)
        answer.addWidget(self.note, 1)
        answer.addLayout(buttons)
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.reasons)
        column.addWidget(self._answer, 1)
        column.addStretch(0)
        return card
