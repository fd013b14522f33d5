"""All cases of this desk by worklist, search and sort; Enter opens one."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from stationapp.services.changed import Changed, Kind
from stationapp.services.worklists import WORKLISTS, case_ids, summaries
from stationapp.store.records.cases import CaseSort
from stationapp.ui.case_columns import case_columns
from stationapp.ui.context import Context
from stationapp.ui.id_table import IdTable
from stationapp.ui.id_table_view import IdTableView
from stationapp.ui.tasks import Ticket

SEARCH_PAUSE_MS = 200
FIRST_LIST = "here"
EVERYTHING = "all"


_SORTS: dict[str, CaseSort] = {name: name for name in get_args(CaseSort)}


class _SearchBox(QLineEdit):
    """The search field; the arrow downwards leads into the table."""

    left_downwards = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("收件号、姓名、拼音首字母、证件号码、电话或事项，可用空格隔开")
        self.setAccessibleName("查找办件")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
            return
        super().keyPressEvent(event)


class CasesView(QWidget):
    """Search box, worklist and table. A newer search takes the place of one still under way."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("CasesView")
        self._context = context
        self._sort: CaseSort = "updated"
        self._descending = True
        self._search: Ticket | None = None
        self._number = 0
        self._then: Callable[[], None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self.search)
        self._build()
        context.bus.changed.connect(self._on_changed)
        self.search()

    def show_worklist(self, key: str) -> None:
        """Show another worklist, without what was typed."""
        self.box.clear()
        self.lists.setCurrentIndex(self.lists.findData(key))
        self.search()

    def search(self) -> None:
        """Look for what the fields say now."""
        self._pause.stop()
        if self._search is not None:
            self._search.cancel()
        self._number += 1
        number, workplace = self._number, self._context.workplace
        key, text, sort, descending = (
            self.lists.currentData(),
            self.box.text().strip(),
            self._sort,
            self._descending,
        )
        self._search = self._context.tasks.read(
            lambda: case_ids(workplace, key, text, sort, descending),
            lambda ids: self._take(number, ids),
            owner=self,
        )

    def focus_search(self) -> None:
        """Put the cursor into the search box."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.box.text():
            self.box.clear()
            self.focus_search()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        title = QLabel("办件", self)
        title.setObjectName("Title")
        self.count = QLabel(self)
        self.count.setObjectName("Muted")
        self.box = _SearchBox(self)
        self.box.textChanged.connect(lambda _: self._pause.start())
        self.box.returnPressed.connect(lambda: self._when_found(self._open_only_one))
        self.box.left_downwards.connect(lambda: self._when_found(self._enter_table))
        self.lists = QComboBox(self)
        self.lists.setAccessibleName("办件列表")
        for worklist in WORKLISTS.values():
            self.lists.addItem(worklist.title, worklist.key)
        self.lists.setCurrentIndex(self.lists.findData(FIRST_LIST))
        self.lists.currentIndexChanged.connect(lambda _: self.search())
        self._build_table()
        self._lay_out(title)

    def _build_table(self) -> None:
        workplace = self._context.workplace
        columns = case_columns(self._desk_name, lambda: workplace.now().date())
        self.table = IdTable(
            columns,
            lambda row: row.case_id,
            lambda ids: summaries(workplace, ids),
            self._context.tasks,
            self,
        )
        self.rows = IdTableView(self.table, self)
        self.rows.setAccessibleName("办件表")
        self.rows.show_sort(self._sort, descending=self._descending)
        self.rows.sort_wanted.connect(self._sort_by)
        self.rows.opened.connect(self._context.bus.case_wanted)

    def _lay_out(self, title: QLabel) -> None:
        top = QHBoxLayout()
        for widget in (title, self.lists):
            top.addWidget(widget)
        top.addWidget(self.box, 1)
        top.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.rows, 1)
        self.setFocusProxy(self.box)

    def _desk_name(self, desk_id: str) -> str:
        desk = self._context.workplace.organisation.desk(desk_id)
        return desk.name if desk else desk_id

    def _take(self, number: int, ids: list[str]) -> None:
        if number != self._number:
            return
        self._search = None
        if not ids and self.box.text().strip() and self.lists.currentData() != EVERYTHING:
            # What is looked for by name or number is somewhere, or nowhere: one list is no answer.
            self.lists.setCurrentIndex(self.lists.findData(EVERYTHING))
            return
        self.table.set_ids(ids)
        self.count.setText(f"共 {len(ids)} 件" if ids else "没有符合的办件")
        then, self._then = self._then, None
        if then is not None:
            then()

    def _sort_by(self, key: str, descending: bool) -> None:
        self._sort, self._descending = _SORTS.get(key, "updated"), descending
        self.search()

    def _when_found(self, then: Callable[[], None]) -> None:
        """Do something with the answer to what is typed now, even if it is not there yet."""
        if self._pause.isActive():
            self.search()
        if self._search is None:
            then()
        else:
            self._then = then

    def _open_only_one(self) -> None:
        """Enter after a whole number, typed or scanned, opens its case."""
        if self.box.text().strip() and len(self.table.ids) == 1:
            self._context.bus.case_wanted.emit(self.table.ids[0])
        else:
            self._enter_table()

    def _enter_table(self) -> None:
        if self.table.rowCount():
            self.rows.setFocus(Qt.FocusReason.TabFocusReason)
            if not self.rows.currentIndex().isValid():
                self.rows.setCurrentIndex(self.table.index(0, 0))

    def _on_changed(self, changed: Changed, _initiator: object) -> None:
        if changed.kinds & {Kind.CASES, Kind.BATCHES, Kind.REFERENCES}:
            self.search()
