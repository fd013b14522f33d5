"""服务: appointments, consultations, complaints, absences and the other services around a case, kind by kind."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.refusal import Reason
from stationapp.services.affairs import OPENERS, AffairCount, affair_ids, counts, summaries, why_not_opened
from stationapp.services.appointments import render_visit_kit
from stationapp.services.changed import Changed, Kind
from stationapp.services.unrecognised import sentence_of
from stationapp.store.records.cases import CaseSummary
from stationapp.ui.affairs.open_dialog import OpenAffairDialog
from stationapp.ui.affairs.queue_window import QueueWindow
from stationapp.ui.case_columns import (
    due,
    moment_column,
    sent_text,
    sent_tone,
    state_text,
    state_tone,
    whereabouts,
)
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.id_table import Column, IdTable
from stationapp.ui.id_table_view import IdTableView
from stationapp.ui.paper_preview import PaperPreview, open_preview
from stationapp.ui.words import Tone

_KIND = Qt.ItemDataRole.UserRole


class AffairsView(QWidget):
    """The kinds to the left, the list of the chosen one to the right. Enter opens an affair as it opens a case."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("AffairsView")
        self._context = context
        self._asked = 0
        self.queue: QueueWindow | None = None
        self.preview: PaperPreview | None = None
        self.kinds = QListWidget(self)
        self.box = QLineEdit(self)
        self.open_only = QCheckBox("只看未办结（&U）", self)
        self.open_button = QPushButton(self)
        self.queue_button = QPushButton("取号叫号（&Q）", self)
        self.kit_button = QPushButton("打印今日上门服务单（&P）", self)
        self.note = NoteLine(self)
        self.table = self._make_table()
        self.rows = IdTableView(self.table, self)
        self._build()
        context.bus.changed.connect(self._on_changed)
        self._count()

    @property
    def kind(self) -> AffairKind:
        """The kind whose list is shown."""
        item = self.kinds.currentItem()
        return AffairKind(item.data(_KIND)) if item is not None else AffairKind.APPOINTMENT

    def show_kind(self, kind: AffairKind) -> None:
        """Go to the list of a kind."""
        for row in range(self.kinds.count()):
            if self.kinds.item(row).data(_KIND) == kind:
                self.kinds.setCurrentRow(row)

    def search(self) -> None:
        """Look for what the fields say now."""
        self._asked += 1
        number, workplace, kind = self._asked, self._context.workplace, self.kind
        text, open_only = self.box.text().strip(), self.open_only.isChecked()
        self._context.tasks.read(
            lambda: affair_ids(workplace, kind, text, open_only=open_only),
            lambda ids: self._show(number, ids),
            owner=self,
        )

    def open_new(self) -> OpenAffairDialog:
        """Open the window in which an affair of the kind is opened."""
        dialog = OpenAffairDialog(self._context, self.kind, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.opened.connect(self._opened)
        dialog.open()
        return dialog

    def open_queue(self) -> QueueWindow:
        """Open the queue beside the main window, or bring it forward."""
        if self.queue is None:
            self.queue = QueueWindow(self._context, self)
            self.queue.finished.connect(self._close_queue)
        self.queue.show()
        self.queue.activateWindow()
        return self.queue

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.box.text():
            self.box.clear()
            self.box.setFocus()
            return
        super().keyPressEvent(event)

    def _opened(self, case: Case) -> None:
        self._context.messages.tell(f"{AffairKind(case.kind).label}已登记，编号 {case.receipt_number}。")

    def _close_queue(self) -> None:
        if self.queue is not None:
            self.queue.deleteLater()
            self.queue = None

    def _show(self, number: int, ids: list[str]) -> None:
        if number == self._asked:
            self.table.set_ids(ids)
            self.note.say("" if ids else f"没有符合的{self.kind.label}。")

    def _choose(self) -> None:
        kind = self.kind
        reasons = why_not_opened(self._context.workplace, kind)
        self.open_button.setText(f"{OPENERS[kind].title}（&D）")
        self.open_button.setEnabled(not reasons)
        self.open_button.setToolTip(_text(reasons))
        self.kit_button.setVisible(kind is AffairKind.APPOINTMENT)
        self.search()

    def _print_kit(self) -> None:
        workplace = self._context.workplace
        today = workplace.now().date()
        self.preview = open_preview(self._context, lambda: render_visit_kit(workplace, today), self)

    def _count(self) -> None:
        workplace = self._context.workplace
        self._context.tasks.read(lambda: counts(workplace), self._show_counts, owner=self)

    def _show_counts(self, rows: tuple[AffairCount, ...]) -> None:
        for number, row in enumerate(rows):
            text = f"{row.title}（{row.count}）" if row.count else row.title
            self.kinds.item(number).setText(text)

    def _on_changed(self, changed: Changed, _initiator: object) -> None:
        if changed.kinds & {Kind.CASES, Kind.REFERENCES}:
            self._count()
            self.search()

    def _make_table(self) -> IdTable[CaseSummary]:
        workplace = self._context.workplace
        columns: tuple[Column[CaseSummary], ...] = (
            Column("编号", lambda row: row.receipt_number, 31, least=30),
            Column("对象", lambda row: row.applicant_name or "（未留姓名）", 12, least=7),
            Column("事由", lambda row: row.item_name, 28, least=8),
            Column("状态", state_text, 12, tone=state_tone, tip=sentence_of, least=6),
            Column("期限", lambda row: self._due(row)[0], 18, tone=lambda row: self._due(row)[1]),
            Column("现在何处", lambda row: whereabouts(row, self._desk_name), 20, least=8),
            Column("报送", sent_text, 9, tone=sent_tone, least=8),
            moment_column("登记时间", lambda row: row.received_at, "", lambda: workplace.now().date()),
        )
        return IdTable(
            columns,
            lambda row: row.case_id,
            lambda ids: summaries(workplace, list(ids)),
            self._context.tasks,
            self,
        )

    def _due(self, row: CaseSummary) -> tuple[str, Tone]:
        return due(row, self._context.workplace.now().date())

    def _desk_name(self, desk_id: str) -> str:
        desk = self._context.workplace.organisation.desk(desk_id)
        return desk.name if desk else desk_id

    def _build(self) -> None:
        title = QLabel("服务", self)
        title.setObjectName("Title")
        for kind in AffairKind:
            item = QListWidgetItem(kind.label, self.kinds)
            item.setData(_KIND, kind)
        self.kinds.setAccessibleName("服务类别")
        self.kinds.setCurrentRow(0)
        self.kinds.setMaximumWidth(self.fontMetrics().averageCharWidth() * 30)
        self.box.setPlaceholderText("编号、姓名、电话或内容")
        self.box.setAccessibleName("查找")
        self.box.setClearButtonEnabled(True)
        self.rows.setAccessibleName("服务表")
        self.open_only.setChecked(True)
        self.open_button.setProperty("main", True)
        self.kinds.currentRowChanged.connect(lambda _: self._choose())
        self.kinds.itemActivated.connect(lambda _: self.rows.setFocus())
        self.box.textChanged.connect(lambda _: self.search())
        self.open_only.toggled.connect(lambda _: self.search())
        self.open_button.clicked.connect(self.open_new)
        self.queue_button.clicked.connect(self.open_queue)
        self.kit_button.clicked.connect(self._print_kit)
        self.rows.opened.connect(self._context.bus.case_wanted)
        self._lay_out(title)
        self.setFocusProxy(self.kinds)
        self._choose()

    def _lay_out(self, title: QLabel) -> None:
        top = QHBoxLayout()
        top.addWidget(title)
        top.addWidget(self.box, 1)
        top.addWidget(self.open_only)
        top.addWidget(self.open_button)
        right = QVBoxLayout()
        right.addWidget(self.rows, 1)
        below = QHBoxLayout()
        below.addWidget(self.note)
        below.addStretch(1)
        below.addWidget(self.kit_button)
        below.addWidget(self.queue_button)
        right.addLayout(below)
        across = QHBoxLayout()
        across.addWidget(self.kinds)
        across.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addLayout(across, 1)


def _text(reasons: tuple[Reason, ...]) -> str:
    return "；".join(reason.text for reason in reasons)
