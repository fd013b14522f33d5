"""One case: where it stands, what happened, what was handed in, what can be done, its papers."""

from __future__ import annotations

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

from stationapp.domain.moves import Move
from stationapp.services.case_details import CaseDetails, PaperOffer, details
from stationapp.services.changed import Changed, Kind
from stationapp.services.completing import completing_draft, why_not_complete
from stationapp.services.papers import render_paper
from stationapp.ui.case.actions import ActionsPanel, PapersPanel
from stationapp.ui.case.contents import CaseContents
from stationapp.ui.case.head import CaseHead
from stationapp.ui.case.history import HistoryTable
from stationapp.ui.context import Context
from stationapp.ui.fields.typing_flow import TypingFlow
from stationapp.ui.move_dialog import MoveDialog
from stationapp.ui.paper_preview import PaperPreview, open_preview

_TELLING = frozenset({Kind.CASES, Kind.SYNC, Kind.REFERENCES})


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
        self.actions_panel = ActionsPanel()
        self.papers = PapersPanel()
        self.back_button = QPushButton("返回（Esc）")
        self._flow = TypingFlow(self)
        self._lay_out()
        self.actions_panel.move_wanted.connect(self.open_move)
        self.actions_panel.batches_wanted.connect(context.bus.batches_wanted)
        self.actions_panel.completion_wanted.connect(self.complete)
        self.papers.paper_wanted.connect(self.open_paper)
        self.back_button.clicked.connect(context.bus.back_wanted)
        context.bus.changed.connect(self._hear)
        self.load()

    def load(self) -> None:
        """Read the case anew."""
        workplace, case_id = self._context.workplace, self.case_id
        self._context.tasks.read(lambda: details(workplace, case_id), self._show, owner=self)

    def open_move(self, move: Move) -> MoveDialog | None:
        """Open the window of a move; the case must have been shown."""
        if self.details is None:
            return None
        dialog = MoveDialog(self._context, self.details.case, self.details.item, move, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.moved.connect(lambda _: self._moved(move))
        dialog.open()
        return dialog

    def open_paper(self, offer: PaperOffer) -> PaperPreview:
        """Open the preview of a paper."""
        workplace, case_id = self._context.workplace, self.case_id
        return open_preview(self._context, lambda: render_paper(workplace, case_id, offer), self)

    def complete(self) -> None:
        """Go on to receiving what was missing."""
        if self.details is not None:
            workplace, case = self._context.workplace, self.details.case
            self._context.tasks.run(lambda: completing_draft(workplace, case), self._go_on, owner=self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.history.setFocus()

    def _go_on(self, outcome: tuple[str, Changed]) -> None:
        draft_id, changed = outcome
        self._context.bus.tell(changed, self)
        self._context.bus.draft_wanted.emit(draft_id)

    def _moved(self, move: Move) -> None:
        self._context.messages.tell(f"{move.title}已办理。")

    def _hear(self, changed: Changed, _initiator: object) -> None:
        about_this = not changed.case_ids or self.case_id in changed.case_ids
        if changed.kinds & _TELLING and about_this:
            self.load()

    def _show(self, found: CaseDetails) -> None:
        self.details = found
        self.head.show_details(found)
        self.history.show_steps(found.steps)
        self.contents.show_details(found)
        self.actions_panel.show_details(found, why_not_complete(self._context.workplace, found.case))
        self.papers.show_papers(found.papers)
        self._flow.watch(self)

    def _lay_out(self) -> None:
        tabs = QTabWidget()
        tabs.addTab(_framed(self.history), "办理经过（&H）")
        tabs.addTab(self.contents, "申请内容和材料（&M）")
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(0, 0, 6, 0)
        side.addWidget(self.actions_panel)
        side.addWidget(self.papers)
        side.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(right)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(250)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(tabs)
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
