"""A new case from the search box to the receipt."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from stationapp.domain.case import Case
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.refusal import Reason, Refused
from stationapp.services import intake
from stationapp.services.casework import act
from stationapp.services.catalogue import FoundItem
from stationapp.services.changed import Changed
from stationapp.services.completing import Resumed, take_up
from stationapp.services.papers import render_latest
from stationapp.ui.context import Context
from stationapp.ui.new_case.attorney_field import attorney_ask, needs_attorney
from stationapp.ui.new_case.done_page import DonePage, paper_of
from stationapp.ui.new_case.guide_panel import GuidePanel
from stationapp.ui.new_case.intake_page import IntakePage
from stationapp.ui.new_case.item_search import ItemSearch
from stationapp.ui.paper_preview import PaperPreview, open_preview

_ATTORNEY = "power_of_attorney"
_ITEM_GONE = "草稿的事项“{}”已不在目录中，不能继续收件。请另选事项重新办理。"


class NewCaseView(QWidget):
    """Three pages: choosing the item, the application, the numbers. Drafts come and go by the bus and the desk."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("NewCaseView")
        self._context = context
        self.preview: PaperPreview | None = None
        self.search = ItemSearch(context)
        self._guide = GuidePanel(context)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._choosing())
        title = QLabel("新办件", self)
        title.setObjectName("Title")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(title)
        layout.addWidget(self._pages, 1)
        self.search.chosen.connect(self._begin)
        self.search.looked_at.connect(self._show_guide)
        self.search.start()

    @property
    def page(self) -> QWidget:
        """The page that is shown: the search, an IntakePage or a DonePage."""
        return self._pages.currentWidget()

    def start(self) -> None:
        """Begin anew at the search box; a draft being typed is kept."""
        self.put_away()
        self._show(None)
        self.search.start()

    def resume(self, draft_id: str) -> None:
        """Go on with a stored draft; the one being typed is kept."""
        page = self.page
        if isinstance(page, IntakePage) and page.draft_id == draft_id:
            page.begin()
            return
        self.put_away()
        workplace = self._context.workplace
        self._context.tasks.read(lambda: take_up(workplace, draft_id), self._resume, owner=self)

    def begin_item(self, code: str) -> None:
        """Begin with an item chosen elsewhere, or say why it cannot be; a draft being typed is kept."""
        self.start()
        workplace = self._context.workplace
        item = workplace.catalogue.in_force(code, workplace.now().date())
        if item is not None:
            self._begin(item)

    def put_away(self) -> None:
        """Save at once what is typed and not yet saved."""
        page = self.page
        if isinstance(page, IntakePage):
            page.put_away()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes here goes on with what he was typing, or begins anew after a finished case."""
        super().focusInEvent(event)
        page = self.page
        if isinstance(page, IntakePage):
            page.begin()
        elif isinstance(page, DonePage):
            self.start()
        else:
            self.search.box.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leaving the screen, also by closing the window, saves what was typed."""
        self.put_away()
        super().hideEvent(event)

    def _begin(self, item: ServiceItem) -> None:
        try:
            draft = intake.new_draft(self._context.workplace, item)
        except Refused as refused:
            self.search.field.complain("；".join(reason.text for reason in refused.reasons))
            return
        self._type(item, Resumed(draft))

    def _resume(self, resumed: Resumed) -> None:
        draft = resumed.draft
        item = intake.item_of(self._context.workplace, draft)
        if item is None:
            text = _ITEM_GONE.format(draft.application.item_name)
            self._context.messages.refused((Reason("no-code", text),), None)
            return
        self._type(item, resumed)

    def _type(self, item: ServiceItem, resumed: Resumed) -> None:
        page = IntakePage(self._context, item, resumed)
        page.done.connect(self._finish)
        page.left.connect(self._leave)
        self._show(page)
        page.begin()

    def _finish(self, case: Case) -> None:
        item = self._context.workplace.item_of(case)
        lacks = needs_attorney(self._context.workplace, item) and not case.application.attorney
        page = DonePage(case, lacks_attorney=lacks)
        page.signed.connect(lambda: self._note_attorney(case))
        page.print_wanted.connect(lambda: self._open_preview(case, paper_of(case)[0]))
        page.attorney_wanted.connect(lambda: self._open_preview(case, _ATTORNEY))
        page.another_wanted.connect(self.start)
        page.case_wanted.connect(lambda: self._context.bus.case_wanted.emit(case.case_id))
        page.left.connect(self._leave)
        _on_escape(page, self._leave)
        self._show(page)
        page.begin()
        self._open_preview(case, paper_of(case)[0])

    def _open_preview(self, case: Case, name: str) -> None:
        workplace = self._context.workplace
        self.preview = open_preview(self._context, lambda: render_latest(workplace, case.case_id, name), self)
        self.preview.finished.connect(self._close_preview)

    def _note_attorney(self, case: Case) -> None:
        workplace, facts = self._context.workplace, {"attorney": attorney_ask().choices[0][0]}
        self._context.tasks.run(
            lambda: act(workplace, case.case_id, "note_attorney", facts), self._attorney_noted, owner=self
        )

    def _attorney_noted(self, outcome: tuple[Case, Changed]) -> None:
        self._context.bus.tell(outcome[1], self)
        if isinstance(self.page, DonePage):
            self.page.say_signed()

    def _close_preview(self) -> None:
        self.preview = None
        if isinstance(self.page, DonePage):
            self.page.begin()

    def _leave(self) -> None:
        self._show(None)
        self.search.start()
        self._context.bus.back_wanted.emit()

    def _show(self, page: QWidget | None) -> None:
        """Show a page, or the search, and let the one before go."""
        old = self.page
        if page is not None:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page or self._pages.widget(0))
        if old is not self._pages.widget(0) and old is not page:
            self._pages.removeWidget(old)
            old.deleteLater()

    def _show_guide(self, found: FoundItem | None) -> None:
        self._guide.show_item(found.item if found else None, found.closed if found else ())

    def _choosing(self) -> QWidget:
        page = QSplitter(Qt.Orientation.Horizontal)
        page.addWidget(self.search)
        page.addWidget(self._guide)
        page.setStretchFactor(0, 1)
        page.setStretchFactor(1, 1)
        page.setChildrenCollapsible(False)
        _on_escape(page, self._context.bus.back_wanted.emit)
        return page


def _on_escape(page: QWidget, act: object) -> None:
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), page)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(act)
