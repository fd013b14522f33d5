"""The main window: the way from place to place, the strip below, and a clean end."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from stationapp.services.attendance import change_session, end_session
from stationapp.services.changed import Changed, Kind
from stationapp.services.session import change_post, sign_out
from stationapp.services.synchronise import SyncPicture
from stationapp.ui.banner import Banner
from stationapp.ui.context import Context
from stationapp.ui.farewell import Farewell
from stationapp.ui.navigation import PLACES, Navigation, Place, digit_of
from stationapp.ui.paper.leftovers import sweep_leftovers
from stationapp.ui.status_strip import StatusStrip
from stationapp.ui.words import PRODUCT

_PLACES = {place.key: place for place in PLACES}
HOME_PLACE = "desk"


class MainWindow(QWidget):
    """Screens are made when first entered.

    `left(quits)` comes when the session has ended and the store is closed: True after the window was closed,
    False after signing out.
    """

    left = Signal(bool)
    size_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("MainWindow")
        self.context = context
        self._pages: dict[str, QWidget] = {}
        self._place = HOME_PLACE
        self._case_pages: list[QWidget] = []
        self._picture: SyncPicture | None = None
        self._leaving = False
        self._gone = False
        self._build()
        self._listen()
        self.show_place(HOME_PLACE)
        papers = context.workplace.paths.papers
        context.tasks.run(lambda: sweep_leftovers(papers), owner=self)

    @property
    def open_places(self) -> frozenset[str]:
        """The places whose screens have been made."""
        return frozenset(self._pages)

    def page(self, key: str) -> QWidget:
        """The screen of a place, made now if nobody has been there yet."""
        if key not in self._pages:
            page = self._pages[key] = _PLACES[key].make(self.context, self.stack)
            self.stack.addWidget(page)
        return self._pages[key]

    def show_place(self, key: str) -> None:
        """Go to a place; open cases are left."""
        page = self.page(key)
        self._place = key
        self._show(page)
        while self._case_pages:
            self._drop(self._case_pages.pop())
        self.navigation.show_place(key)

    def show_case(self, case_id: str) -> None:
        """Open a case on top of where one is; `go_back` returns there."""
        from stationapp.ui.case_view import CaseView

        page = CaseView(self.context, case_id, self.stack)
        self._case_pages.append(page)
        self.stack.addWidget(page)
        self._show(page)

    def go_back(self) -> None:
        """Leave the open case, or return to the desk."""
        if not self._case_pages:
            self.show_place(HOME_PLACE)
            return
        page = self._case_pages.pop()
        self._show(self._case_pages[-1] if self._case_pages else self.page(self._place))
        self._drop(page)

    def sync_now(self) -> None:
        """Show the state of syncing and try at once."""
        self.show_place("sync")
        if self.context.sync is not None:
            self.context.sync.send_now()

    def leave(self, *, quits: bool) -> None:
        """End the session: stop the worker, finish what was begun, close the store. Nothing is asked."""
        if self._leaving:
            return
        self._leaving = True
        farewell = Farewell(self._picture, self)
        farewell.over.connect(lambda: self._end(quits=quits))
        self._outer.setCurrentWidget(self._outer.widget(self._outer.addWidget(farewell)))
        farewell.setFocus()
        worker, tasks = self.context.sync, self.context.tasks
        tasks.read(worker.stop if worker is not None else lambda: None, always=farewell.end, owner=farewell)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._gone:
            event.accept()
            return
        event.ignore()
        self.leave(quits=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back when no field or dialog had a use for it."""
        if event.key() == Qt.Key.Key_Escape and not self._leaving:
            self.go_back()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        workplace = self.context.workplace
        self.setWindowTitle(f"{workplace.desk.name} · {PRODUCT}")
        self.navigation = Navigation(workplace.desk.name, self)
        self.stack = QStackedWidget(self)
        self.strip = StatusStrip(self.context, self)
        right = QWidget(self)
        stacked = QVBoxLayout(right)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.addWidget(self.stack)
        self.banner = Banner(self.context.messages, right)
        body = QWidget(self)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.navigation)
        across.addWidget(right, 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across, 1)
        column.addWidget(self.strip)
        self._outer = QStackedWidget(self)
        self._outer.addWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._outer)
        self.resize(1280, 720)

    def _listen(self) -> None:
        bus = self.context.bus
        bus.case_wanted.connect(self.show_case)
        bus.worklist_wanted.connect(self._show_worklist)
        bus.draft_wanted.connect(self._resume_draft)
        bus.new_case_wanted.connect(lambda: self.show_place("new_case"))
        bus.item_wanted.connect(self._begin_item)
        bus.batches_wanted.connect(lambda: self.show_place("batches"))
        bus.back_wanted.connect(self.go_back)
        bus.session_over.connect(lambda: self.leave(quits=False))
        self.navigation.wanted.connect(self.show_place)
        self.strip.pictured.connect(self._on_picture)
        self.strip.sync_wanted.connect(lambda: self.show_place("sync"))
        self.strip.post_wanted.connect(self._change_post)
        self.strip.size_wanted.connect(self.size_wanted)
        self.strip.sign_out_wanted.connect(lambda: self.leave(quits=False))
        for place in PLACES:
            self._bind(place)

    def _bind(self, place: Place) -> None:
        for keys in (place.shortcut, digit_of(place)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda: self._go_by_key(place.key))

    def _go_by_key(self, key: str) -> None:
        if not self._leaving:
            go = self.sync_now if key == "sync" else lambda: self.show_place(key)
            go()

    def _show(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self, page: QWidget) -> None:
        self.stack.removeWidget(page)
        page.deleteLater()

    def _show_worklist(self, key: str) -> None:
        from stationapp.ui.cases_view import CasesView

        self.show_place("cases")
        page = self.page("cases")
        if isinstance(page, CasesView):
            page.show_worklist(key)

    def _resume_draft(self, draft_id: str) -> None:
        from stationapp.ui.new_case_view import NewCaseView

        self.show_place("new_case")
        page = self.page("new_case")
        if isinstance(page, NewCaseView):
            page.resume(draft_id)

    def _begin_item(self, code: str) -> None:
        from stationapp.ui.new_case_view import NewCaseView

        self.show_place("new_case")
        page = self.page("new_case")
        if isinstance(page, NewCaseView):
            page.begin_item(code)

    def _change_post(self, post_id: str) -> None:
        """Another post may be at another desk: every screen is made anew."""
        workplace = self.context.workplace
        before = workplace.post
        change_post(workplace, post_id)
        self.context.tasks.run(lambda: change_session(workplace, before), owner=self)
        self._build_again()
        self.context.bus.tell(Changed.of(*Kind), self)

    def _build_again(self) -> None:
        name = self.context.workplace.desk.name
        self.setWindowTitle(f"{name} · {PRODUCT}")
        self.navigation.show_station(name)
        old = [*self._pages.values(), *self._case_pages]
        self._pages, self._case_pages = {}, []
        self.show_place(HOME_PLACE)
        for page in old:
            self._drop(page)

    def _on_picture(self, seen: SyncPicture) -> None:
        self._picture = seen
        self.navigation.show_count("troubles", seen.refused)

    def _end(self, *, quits: bool) -> None:
        if self._gone:
            return
        self._gone = True
        workplace = self.context.workplace
        self.context.tasks.run(lambda: end_session(workplace, workplace.post), owner=self)
        self.context.tasks.close()
        sign_out(workplace)
        self.close()
        self.left.emit(quits)
