"""Handing over (移交): choose cases for one destination, close the batch, print its list; below, what was sent."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from stationapp.domain.case import Case
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services.batches import SentBatch, send_batch
from stationapp.services.changed import Changed
from stationapp.services.handovers import (
    BatchLine,
    Candidate,
    batch_lines,
    candidates,
    desk_name,
    held_back,
    material_counts,
)
from stationapp.services.papers import render_handover_list
from stationapp.ui.batches.ticked_table import TickedTable, TickRow
from stationapp.ui.case.plain_table import PlainTable
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.paper_preview import PaperPreview, open_preview
from stationapp.ui.words import Tone, moment_text

_HEADS = ("", "收件号", "申请人", "事项", "材料", "办理")
_NAMED = 3
_NOTHING = "现在没有可移交的办件。"
_SENT_HEADS = ("批次号", "移交时间", "移交至", "件数", "已签收", "拒收", "撤回", "在途")


class SendTab(QWidget):
    """Candidates by destination and the batches that were sent. `counted` says how many cases can be sent on."""

    counted = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._found: list[Candidate] = []
        self._sent: list[BatchLine] = []
        self._known: frozenset[str] = frozenset()
        self._chosen_batch = ""
        self.preview: PaperPreview | None = None
        self.target = QComboBox(self)
        self.target.setAccessibleName("移交至")
        self.table = TickedTable(_HEADS, 3, "可移交的办件")
        self.all_button = QPushButton("全选（&Q）", self)
        self.send_button = QPushButton("装批移交", self)
        self.note = NoteLine(self)
        self.held_back = NoteLine(self)
        self.sent_table = PlainTable(_SENT_HEADS, 2, "已移交的批次")
        self.print_button = QPushButton("打印交接清单（&P）", self)
        self._lay_out()
        self.target.currentIndexChanged.connect(self._show_target)
        self.table.ticks_changed.connect(self._count)
        self.table.opened.connect(context.bus.case_wanted)
        self.all_button.clicked.connect(self.table.tick_all)
        self.send_button.clicked.connect(self.send)
        self.sent_table.itemSelectionChanged.connect(self._look_at_sent)
        self.print_button.clicked.connect(self._print_chosen)

    def load(self) -> None:
        """Read candidates and sent batches anew."""
        workplace, tasks = self._context.workplace, self._context.tasks
        tasks.read(lambda: candidates(workplace), self._show, owner=self)
        tasks.read(lambda: held_back(workplace), self._show_held_back, owner=self)
        tasks.read(lambda: batch_lines(workplace, "out"), self._show_sent, owner=self)

    def send(self) -> None:
        """Hand the ticked cases over as one batch."""
        workplace, case_ids = self._context.workplace, self.table.ticked()
        self.send_button.setEnabled(False)
        self._context.tasks.run(
            lambda: send_batch(workplace, case_ids), self._handed_over, self._not_sent, owner=self
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.table.setFocus()

    def _handed_over(self, outcome: tuple[SentBatch, Changed]) -> None:
        sent, changed = outcome
        stays = "".join(reason.text for reason in sent.left_out)
        done = f"批次 {sent.batch_number} 已移交，共 {len(sent.case_ids)} 件。"
        self.note.say(f"{done}{stays}", Tone.WARN if stays else Tone.GOOD)
        self._context.bus.tell(changed, self)
        self._open_list(sent.batch_id)

    def _not_sent(self, error: Exception) -> None:
        reasons = error.reasons if isinstance(error, Refused) else ()
        text = error.text if isinstance(error, Unavailable) else "；".join(reason.text for reason in reasons)
        self.note.say(text, Tone.RED)
        self._count()

    def _show(self, found: list[Candidate]) -> None:
        self._found = found
        ids = frozenset(row.case.case_id for row in found)
        if ids - self._known:
            self.note.say(
                ""
            )  # What was said about an earlier batch is over when there is a new case to send.
        self._known = ids
        self.counted.emit(len(found))
        before = self.target.currentData()
        organisation = self._context.workplace.organisation
        self.target.blockSignals(True)
        self.target.clear()
        for desk in dict.fromkeys(row.to_desk for row in found):
            count = sum(row.to_desk == desk for row in found)
            self.target.addItem(f"{desk_name(organisation, desk)}（{count} 件）", desk)
        self.target.setCurrentIndex(max(0, self.target.findData(before)))
        self.target.blockSignals(False)
        self._show_target()

    def _show_held_back(self, rows: list[tuple[Case, Reason]]) -> None:
        """Say which cases would be here if something had not been forgotten."""
        names = "、".join(
            f"{case.application.applicant.name}（{case.receipt_number}）" for case, _ in rows[:_NAMED]
        )
        more = f"等 {len(rows)} 件" if len(rows) > _NAMED else ""
        why = " ".join(dict.fromkeys(reason.text for _, reason in rows))
        self.held_back.say(f"{names}{more}还不能移交：{why}" if rows else "", Tone.WARN)

    def _show_target(self) -> None:
        desk = self.target.currentData()
        rows = (row for row in self._found if row.to_desk == desk)
        self.table.show_rows([TickRow(row.case.case_id, _cells(row)) for row in rows])

    def _count(self) -> None:
        count = len(self.table.ticked())
        self.send_button.setText(f"装批移交 {count} 件（&B）" if count else "装批移交")
        self.send_button.setEnabled(bool(count))
        self.all_button.setEnabled(bool(self.table.rowCount()))
        if not self._found and not self.note.text():
            self.note.say(_NOTHING)
        elif self._found and self.note.text() == _NOTHING:
            self.note.say("")

    def _show_sent(self, lines: list[BatchLine]) -> None:
        """A batch that is new is the chosen one; otherwise the one chosen before stays so."""
        before = {line.batch.batch_id for line in self._sent}
        ids = [line.batch.batch_id for line in lines]
        is_new = bool(ids) and ids[0] not in before
        at = ids.index(self._chosen_batch) if self._chosen_batch in ids and not is_new else 0
        self._sent = lines
        self.sent_table.blockSignals(True)
        self.sent_table.show_rows([_sent_cells(line) for line in lines])
        if lines:
            self.sent_table.selectRow(at)
        self.sent_table.blockSignals(False)
        self._look_at_sent()

    def _look_at_sent(self) -> None:
        at = self.sent_table.currentRow()
        is_chosen = 0 <= at < len(self._sent)
        self._chosen_batch = self._sent[at].batch.batch_id if is_chosen else ""
        self.print_button.setEnabled(is_chosen)

    def _print_chosen(self) -> None:
        self._open_list(self._sent[self.sent_table.currentRow()].batch.batch_id)

    def _open_list(self, batch_id: str) -> None:
        workplace = self._context.workplace
        self.preview = open_preview(self._context, lambda: render_handover_list(workplace, batch_id), self)

    def _lay_out(self) -> None:
        self.send_button.setProperty("main", True)
        top = QHBoxLayout()
        label = QLabel("移交至（&T）", self)
        label.setBuddy(self.target)
        top.addWidget(label)
        top.addWidget(self.target, 1)
        top.addWidget(self.all_button)
        top.addWidget(self.send_button)
        upper, lower = QWidget(), QWidget()
        choosing, sent = QVBoxLayout(upper), QVBoxLayout(lower)
        choosing.addLayout(top)
        choosing.addWidget(self.table, 1)
        choosing.addWidget(self.held_back)
        choosing.addWidget(self.note)
        below = QHBoxLayout()
        heading = QLabel("已移交的批次", self)
        heading.setObjectName("Heading")
        below.addWidget(heading)
        below.addStretch(1)
        below.addWidget(self.print_button)
        sent.addLayout(below)
        sent.addWidget(self.sent_table, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(upper)
        split.addWidget(lower)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)


def _cells(row: Candidate) -> tuple[str, ...]:
    application = row.case.application
    return (
        row.case.receipt_number,
        application.applicant.name,
        application.item_name,
        material_counts(row.case),
        row.move.title,
    )


def _sent_cells(line: BatchLine) -> tuple[str, ...]:
    batch = line.batch
    counts = (batch.declared, batch.signed, batch.declined, batch.recalled, batch.waiting)
    return (batch.batch_number, moment_text(batch.sent_at), line.to_name, *(str(count) for count in counts))
