"""Signing for (签收): batches that came, case by case, with what differs from the list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from stationapp.domain.case import Case
from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services.batches import sign_for
from stationapp.services.changed import Changed
from stationapp.services.handovers import (
    ArrivedCase,
    BatchLine,
    arrived_cases,
    batch_lines,
    decline,
    material_counts,
)
from stationapp.ui.batches.decline_dialog import DeclineDialog
from stationapp.ui.batches.ticked_table import TickedTable, TickRow
from stationapp.ui.case.plain_table import PlainTable
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.words import Tone, moment_text

_BATCH_HEADS = ("批次号", "移交单位", "移交时间", "清单", "已到", "待签收", "已签收", "拒收")
_HEADS = ("", "收件号", "申请人", "事项", "材料", "状态", "差异说明（F8 填写）")
_DIFFERENCE = 6


def arrival_words(line: BatchLine) -> tuple[str, Tone]:
    """Return how complete a batch is here: what has not arrived cannot be signed for yet."""
    batch = line.batch
    arrived = f"清单列明 {batch.declared} 件，本机已到 {batch.present} 件"
    if line.not_arrived:
        return f"{arrived}；另有 {line.not_arrived} 件尚未同步到本机，到达后再签收。", Tone.WARN
    return f"{arrived}，已全部到达。", Tone.GOOD


class SignTab(QWidget):
    """The batches above, the cases of the chosen one below. `counted` says how many cases wait to be signed for."""

    counted = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._lines: list[BatchLine] = []
        self._shown_batch = ""
        self.batch_table = PlainTable(_BATCH_HEADS, 1, "收到的批次")
        self.table = TickedTable(_HEADS, _DIFFERENCE, "批次中的办件", _DIFFERENCE)
        self.arrival = NoteLine(self)
        self.note = NoteLine(self)
        self.all_button = QPushButton("全选（&Q）", self)
        self.sign_button = QPushButton("签收选中", self)
        self.decline_button = QPushButton("拒收…", self)
        self._lay_out()
        self.batch_table.itemSelectionChanged.connect(self._choose_batch)
        self.table.ticks_changed.connect(self._count)
        self.table.opened.connect(context.bus.case_wanted)
        self.all_button.clicked.connect(self.table.tick_all)
        self.sign_button.clicked.connect(self.sign)
        self.decline_button.clicked.connect(self.ask_reason)

    def load(self) -> None:
        """Read the batches anew, and the cases of the chosen one."""
        workplace = self._context.workplace
        self._context.tasks.read(lambda: batch_lines(workplace, "in"), self._show_batches, owner=self)

    def sign(self) -> None:
        """Sign for the ticked cases, each with its noted difference."""
        workplace, case_ids, notes = self._context.workplace, self.table.ticked(), self.table.notes()
        self._lock()
        self._context.tasks.run(
            lambda: sign_for(workplace, case_ids, notes), self._signed, self._not_done, owner=self
        )

    def ask_reason(self) -> DeclineDialog:
        """Ask why the ticked cases are declined."""
        dialog = DeclineDialog(len(self.table.ticked()), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.given.connect(self.decline)
        dialog.open()
        return dialog

    def decline(self, reason: str) -> None:
        """Decline the ticked cases."""
        workplace, case_ids = self._context.workplace, self.table.ticked()
        self._lock()
        self._context.tasks.run(
            lambda: decline(workplace, case_ids, reason),
            lambda changed: self._declined(changed, len(case_ids)),
            self._not_done,
            owner=self,
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.batch_table.setFocus()

    def _signed(self, outcome: tuple[tuple[Case, ...], Changed]) -> None:
        cases, changed = outcome
        self.note.say(f"已签收 {len(cases)} 件。", Tone.GOOD)
        self._context.bus.tell(changed, self)

    def _declined(self, changed: Changed, count: int) -> None:
        self.note.say(f"已拒收 {count} 件，退回移交单位。", Tone.GOOD)
        self._context.bus.tell(changed, self)

    def _not_done(self, error: Exception) -> None:
        reasons = error.reasons if isinstance(error, Refused) else ()
        text = error.text if isinstance(error, Unavailable) else "；".join(reason.text for reason in reasons)
        self.note.say(text, Tone.RED)
        self._count()

    def _show_batches(self, lines: list[BatchLine]) -> None:
        self._lines = lines
        self.batch_table.blockSignals(True)
        self.batch_table.show_rows([_batch_cells(line) for line in lines])
        self.counted.emit(sum(line.batch.waiting for line in lines))
        at = _row_to_show(lines, self._shown_batch)
        if lines:
            self.batch_table.selectRow(at)
        self.batch_table.blockSignals(False)
        self._choose_batch()

    def _choose_batch(self) -> None:
        at = self.batch_table.currentRow()
        if not 0 <= at < len(self._lines):
            self._shown_batch = ""
            self.arrival.say("没有收到批次。")
            self.table.show_rows([])
            return
        line = self._lines[at]
        if line.batch.batch_id != self._shown_batch:
            self.table.show_rows([])
            self.note.say("")
        batch_id = self._shown_batch = line.batch.batch_id
        self.arrival.say(*arrival_words(line))
        workplace = self._context.workplace
        self._context.tasks.read(
            lambda: arrived_cases(workplace, batch_id),
            lambda rows: self._show_cases(batch_id, rows),
            owner=self,
        )

    def _show_cases(self, batch_id: str, rows: list[ArrivedCase]) -> None:
        if batch_id == self._shown_batch:
            self.table.show_rows([TickRow(row.case.case_id, _cells(row), row.waiting) for row in rows])

    def _lock(self) -> None:
        self.sign_button.setEnabled(False)
        self.decline_button.setEnabled(False)

    def _count(self) -> None:
        count = len(self.table.ticked())
        self.sign_button.setText(f"签收选中 {count} 件（&B）" if count else "签收选中")
        self.decline_button.setText(f"拒收 {count} 件…（&J）" if count else "拒收…")
        self.sign_button.setEnabled(bool(count))
        self.decline_button.setEnabled(bool(count))
        self.all_button.setEnabled(bool(self.table.rowCount()))

    def _lay_out(self) -> None:
        self.sign_button.setProperty("main", True)
        upper, lower = QWidget(), QWidget()
        above, below = QVBoxLayout(upper), QVBoxLayout(lower)
        above.addWidget(QLabel("收到的批次", self))
        above.addWidget(self.batch_table, 1)
        row = QHBoxLayout()
        row.addWidget(self.arrival, 1)
        for button in (self.all_button, self.decline_button, self.sign_button):
            row.addWidget(button)
        below.addLayout(row)
        below.addWidget(self.table, 1)
        below.addWidget(self.note)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(upper)
        split.addWidget(lower)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)


def _row_to_show(lines: list[BatchLine], shown: str) -> int:
    """The batch looked at stays, unless it is done with and another one waits."""
    at = next((row for row, line in enumerate(lines) if line.batch.batch_id == shown), None)
    waiting = next((row for row, line in enumerate(lines) if line.batch.waiting), None)
    if at is None or (waiting is not None and not lines[at].batch.waiting):
        return waiting or 0
    return at


def _batch_cells(line: BatchLine) -> tuple[str, ...]:
    batch = line.batch
    counts = (batch.declared, batch.present, batch.waiting, batch.signed, batch.declined)
    return (batch.batch_number, line.from_name, moment_text(batch.sent_at), *(str(count) for count in counts))


def _cells(row: ArrivedCase) -> tuple[str, ...]:
    application = row.case.application
    state = "待签收" if row.waiting else row.case.state.label
    event = row.case.last.get("sign_for")
    noted = "" if row.waiting or event is None else str(event.facts.get("differences", ""))
    return (
        row.case.receipt_number,
        application.applicant.name,
        application.item_name,
        material_counts(row.case),
        state,
        noted,
    )
