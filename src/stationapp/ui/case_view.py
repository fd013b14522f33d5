"""One case: where it stands, what happened, what was handed in, what can be done, its papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import CASE, Case
from stationapp.domain.moves import Move
from stationapp.domain.refusal import Reason
from stationapp.services.appointments import visit_draft
from stationapp.services.case_details import CaseDetails, PaperOffer, details
from stationapp.services.changed import Changed, Kind
from stationapp.services.clocks import ClockBoard, clock_board
from stationapp.services.completing import completing_draft, why_not_complete
from stationapp.services.guidance import next_text
from stationapp.services.intake import Draft
from stationapp.services.papers import render_paper
from stationapp.services.projects import project
from stationapp.ui.case.actions import ActionsPanel, PapersPanel
from stationapp.ui.case.clock_tabs import ClocksTab, FindingsTab
from stationapp.ui.case.contents import CaseContents
from stationapp.ui.case.done_words import done_words
from stationapp.ui.case.head import CaseHead
from stationapp.ui.case.history import HistoryTable, in_order
from stationapp.ui.case.parts_tab import PartsTab
from stationapp.ui.case.project_tab import ProjectTab
from stationapp.ui.context import Context
from stationapp.ui.fields.typing_flow import TypingFlow
from stationapp.ui.move_dialog import MoveDialog
from stationapp.ui.paper_preview import PaperPreview, open_preview

_TELLING = frozenset({Kind.CASES, Kind.SYNC, Kind.REFERENCES})

_NO_ITEM = "预约没有写明事项，请在“新办件”（F2）中选择事项收件。"
_LEAST_SIDE, _MOST_SIDE = 250, 0.4  # pixels, and part of the window


class CaseView(QWidget):
    """Shows one case and stays true to it: whatever changes it, here or by the hub, is shown at once."""

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("CaseView")
        self._context = context
        self.case_id = case_id
        self.details: CaseDetails | None = None
        self.head = CaseHead(context.workplace)
        self.history = HistoryTable()
        self.contents = CaseContents(context)
        self.parts = PartsTab(context.workplace)
        self.project = ProjectTab()
        self.clocks = ClocksTab(context.workplace)
        self.findings = FindingsTab(context.workplace)
        self.tabs = QTabWidget()
        self.actions_panel = ActionsPanel()
        self.papers = PapersPanel()
        self.back_button = QPushButton("返回（Esc）")
        self._side = QScrollArea()
        self._flow = TypingFlow(self)
        self._lay_out()
        self.actions_panel.move_wanted.connect(self.open_move)
        self.findings.move_wanted.connect(self.open_move)
        self.project.case_wanted.connect(context.bus.case_wanted)
        self.actions_panel.batches_wanted.connect(context.bus.batches_wanted)
        self.actions_panel.completion_wanted.connect(self.complete)
        self.papers.paper_wanted.connect(self.open_paper)
        self.back_button.clicked.connect(context.bus.back_wanted)
        context.bus.changed.connect(self._hear)
        self.load()

    def load(self) -> None:
        """Read the case anew."""
        workplace, case_id = self._context.workplace, self.case_id
        tasks = self._context.tasks
        tasks.read(lambda: details(workplace, case_id), self._show, owner=self)
        tasks.read(lambda: clock_board(workplace, case_id), self._show_clocks, owner=self)

    def open_move(self, move: Move, known: Mapping[str, Any] | None = None) -> MoveDialog | None:
        """Open the window of a move; the case must have been shown. What is `known` is not asked."""
        if self.details is None:
            return None
        dialog = MoveDialog(self._context, self.details.case, self.details.item, move, self, known)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.moved.connect(lambda case: self._moved(move, case))
        dialog.open()
        return dialog

    def open_paper(self, offer: PaperOffer) -> PaperPreview:
        """Open the preview of a paper."""
        workplace, case_id = self._context.workplace, self.case_id
        return open_preview(self._context, lambda: render_paper(workplace, case_id, offer), self)

    def complete(self) -> None:
        """Go on to receiving what was missing, what is to be mended, or what an appointment was made for."""
        if self.details is None:
            return
        workplace, case = self._context.workplace, self.details.case
        if case.kind == AffairKind.APPOINTMENT:
            self._context.tasks.run(
                lambda: visit_draft(workplace, case.case_id), self._go_on_visiting, owner=self
            )
        else:
            self._context.tasks.run(lambda: completing_draft(workplace, case), self._go_on, owner=self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.history.setFocus()

    def _go_on(self, outcome: tuple[str, Changed]) -> None:
        draft_id, changed = outcome
        self._context.bus.tell(changed, self)
        self._context.bus.draft_wanted.emit(draft_id)

    def _go_on_visiting(self, outcome: tuple[Draft, Changed]) -> None:
        draft, changed = outcome
        self._go_on((draft.draft_id, changed))

    def _moved(self, move: Move, case: Case) -> None:
        said = f"{done_words(move)}。{next_text(self._context.workplace, case)}"
        self._context.messages.tell(said)

    def _hear(self, changed: Changed, _initiator: object) -> None:
        about_this = not changed.case_ids or self.case_id in changed.case_ids
        if changed.kinds & _TELLING and about_this:
            self.load()

    def _show(self, found: CaseDetails) -> None:
        self.details = found
        self.head.show_details(found)
        self.history.show_steps(in_order(found.steps, found.refused_steps))
        self.contents.show_details(found)
        self.parts.show_case(found.case)
        self._show_tabs(found.case)
        if found.case.kind == AffairKind.PROJECT:
            workplace, case_id = self._context.workplace, self.case_id
            read = self._context.tasks.read
            read(lambda: project(workplace, case_id), self.project.show_project, owner=self)
        self.findings.show_moves(move for move, reasons in found.moves if not reasons)
        self.actions_panel.show_details(found, self._why_not_received(found))
        self.papers.show_papers(found.papers, self._short_name)
        self.papers.setVisible(bool(found.papers))
        self._widen()
        self._flow.watch(self)

    def _why_not_received(self, found: CaseDetails) -> tuple[Reason, ...]:
        if found.unrecognised is not None:
            return (found.unrecognised,)
        case = found.case
        if case.kind == CASE:
            return why_not_complete(self._context.workplace, case)
        return () if case.application.item_code else (Reason("no-item", _NO_ITEM),)

    def _show_tabs(self, case: Case) -> None:
        """Parts only where there are some; a service around a case has no clocks of its own."""
        is_case = case.kind == CASE
        is_project = case.kind == AffairKind.PROJECT
        shown = (
            (self.parts, bool(case.parts)),
            (self.project, is_project),
            (self.clocks, is_case),
            (self.findings, is_case),
        )
        for page, is_shown in shown:
            self.tabs.setTabVisible(self.tabs.indexOf(page), is_shown)
        title = "申请内容和材料（&M）" if is_case else "有关人员（&M）"
        self.tabs.setTabText(self.tabs.indexOf(self.contents), title)

    def _widen(self) -> None:
        """No button is cut off, whatever the size of the letters."""
        wanted = (
            self._side.widget().minimumSizeHint().width() + self._side.verticalScrollBar().sizeHint().width()
        )
        self._side.setMinimumWidth(max(_LEAST_SIDE, min(wanted, round(self.width() * _MOST_SIDE))))

    def _short_name(self, desk_id: str) -> str:
        desk = self._context.workplace.organisation.desk(desk_id)
        return (desk.organ_short or desk.name) if desk else desk_id

    def _show_clocks(self, board: ClockBoard) -> None:
        self.clocks.show_board(board)
        self.findings.show_board(board)
        found = f"监察 {len(board.found)}（&J）" if board.found else "监察（&J）"
        self.tabs.setTabText(self.tabs.indexOf(self.findings), found)

    def _lay_out(self) -> None:
        pages = (
            (_framed(self.history), "办理经过（&H）"),
            (self.contents, "申请内容和材料（&M）"),
            (self.parts, "联办（&L）"),
            (self.project, "项目办件（&L）"),
            (self.clocks, "时限（&S）"),
            (self.findings, "监察（&J）"),
        )
        for page, title in pages:
            self.tabs.addTab(page, title)
        for page in (self.parts, self.project):
            self.tabs.setTabVisible(self.tabs.indexOf(page), False)
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(0, 0, 6, 0)
        side.addWidget(self.actions_panel)
        side.addWidget(self.papers)
        side.addStretch(1)
        scroll = self._side
        scroll.setWidget(right)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(_LEAST_SIDE)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.tabs)
        split.addWidget(scroll)
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        top.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addLayout(top)
        layout.addWidget(split, 1)


def _framed(content: QWidget) -> QWidget:
    """Put some air around what fills a tab."""
    page = QWidget()
    QVBoxLayout(page).addWidget(content)
    return page
