"""事项目录: every item with its state on a day, its guide and its versions, and how old the catalogue is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from stationapp.domain.catalogue import ItemStatus, ServiceItem
from stationapp.domain.catalogue_history import KIND_TITLES, ItemChange, ItemVersion
from stationapp.services.catalogue import HANDLING_TITLES, LEVEL_TITLES, find_items
from stationapp.services.catalogue_work import (
    CatalogueAge,
    catalogue_age,
    catalogue_changes,
    item_history,
    item_standing,
)
from stationapp.services.changed import Changed, Kind
from stationapp.services.workplace import Workplace
from stationapp.ui.case.plain_table import PlainTable
from stationapp.ui.context import Context
from stationapp.ui.fields.date_entry import DateEntry
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.fold import Fold
from stationapp.ui.id_table import Column, IdTable
from stationapp.ui.id_table_view import IdTableView
from stationapp.ui.new_case.guide_panel import GuidePanel
from stationapp.ui.words import Tone

_VERSION_HEADS = ("版本", "变动", "生效", "失效", "状态")
_STATES = {ItemStatus.SUSPENDED: Tone.WARN, ItemStatus.CANCELLED: Tone.QUIET}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item as the list shows it."""

    item: ServiceItem
    standing: str


@dataclass(frozen=True, slots=True)
class _Sight:
    age: CatalogueAge
    changes: tuple[ItemChange, ...]


def _look(workplace: Workplace) -> _Sight:
    return _Sight(catalogue_age(workplace), catalogue_changes(workplace))


class CatalogueView(QWidget):
    """The list to the left, the chosen item's guide and versions to the right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("CatalogueView")
        self._context = context
        self._lines: dict[str, ItemLine] = {}
        self._asked = 0
        self.age = QLabel(self)
        self.age.setObjectName("Muted")
        self.warning = NoteLine(self)
        self.box = QLineEdit(self)
        self.day = DateEntry(self)
        self.count = QLabel(self)
        self.open_button = QPushButton("用此事项新办件（&N）", self)
        self.table = self._make_table()
        self.rows = IdTableView(self.table, self)
        self.guide = GuidePanel(context)
        self.versions = PlainTable(_VERSION_HEADS, 1, "事项的各个版本", self)
        self.changes = Fold("本次更新的变动", "V", self)
        self._changes_text = QLabel(self)
        self._build()
        context.bus.changed.connect(self._on_changed)
        self.look()

    def look(self) -> None:
        """Look everything up again."""
        workplace = self._context.workplace
        self._context.tasks.read(lambda: _look(workplace), self._show_age, owner=self)
        self.search()

    def search(self) -> None:
        """List the items that match what is typed, as they stand on the day."""
        self._asked += 1
        number, workplace, text = self._asked, self._context.workplace, self.box.text().strip()
        day = self.day.day or workplace.now().date()
        is_today = day == workplace.now().date()

        def found() -> list[ItemLine]:
            if is_today:
                items = [one.item for one in find_items(workplace, text)]
            else:
                items = [item for item in workplace.catalogue.current(day) if _matches(item, text)]
            return [ItemLine(item, item_standing(workplace, item.code, day)) for item in items]

        self._context.tasks.read(found, lambda lines: self._show(number, lines), owner=self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.box.text():
            self.box.clear()
            self.box.setFocus()
            return
        super().keyPressEvent(event)

    def _show(self, number: int, lines: list[ItemLine]) -> None:
        if number != self._asked:
            return
        self._lines = {line.item.code: line for line in lines}
        self.table.set_ids(list(self._lines))
        self.count.setText(f"共 {len(lines)} 项")
        if lines and not self.rows.currentIndex().isValid():
            self.rows.setCurrentIndex(self.table.index(0, 0))
        self._choose()

    def _show_age(self, sight: _Sight) -> None:
        self.age.setText(sight.age.line)
        self.warning.say(sight.age.warning, Tone.WARN)
        self._changes_text.setText("\n".join(change.text for change in sight.changes))
        self.changes.show_count(len(sight.changes))
        self.changes.setVisible(bool(sight.changes))

    def _choose(self) -> None:
        line = self._lines.get(self.rows.current_id())
        self.guide.show_item(line.item if line else None)
        self.open_button.setEnabled(line is not None and line.item.status.is_in_service)
        history = item_history(self._context.workplace, line.item.code) if line else ()
        self.versions.show_rows([_version_cells(row) for row in history])

    def _open_new(self) -> None:
        code = self.rows.current_id()
        if code and self.open_button.isEnabled():
            self._context.bus.item_wanted.emit(code)

    def _on_changed(self, changed: Changed, _initiator: object) -> None:
        if changed.kinds & {Kind.REFERENCES, Kind.SYNC}:
            self.look()

    def _make_table(self) -> IdTable[ItemLine]:
        columns: tuple[Column[ItemLine], ...] = (
            Column("事项", lambda row: row.item.name, 30, tip=lambda row: row.item.name, least=16),
            Column("状态", lambda row: row.standing, 8, tone=_tone, least=6),
            Column("类别", lambda row: HANDLING_TITLES[row.item.handling], 9),
            Column("层级", lambda row: LEVEL_TITLES[row.item.decides_at], 10, least=8),
            Column("主管部门", lambda row: row.item.department_name, 20, least=12),
            Column("版本", lambda row: f"第{row.item.version}版", 8, least=6),
            Column("编码", lambda row: row.item.code, 24, least=14),
        )
        return IdTable(
            columns,
            lambda row: row.item.code,
            lambda codes: [self._lines[code] for code in codes if code in self._lines],
            self._context.tasks,
            self,
        )

    def _build(self) -> None:
        title = QLabel("事项目录", self)
        title.setObjectName("Title")
        self.box.setPlaceholderText("拼音首字母、汉字、编码或部门")
        self.box.setAccessibleName("查找事项")
        self.box.setClearButtonEnabled(True)
        self.day.setAccessibleName("按哪一天的目录查看")
        self.day.set_text(self._context.workplace.now().date().isoformat())
        self.day.setMaximumWidth(self.day.sizeHint().width() + 40)
        self.rows.setAccessibleName("事项表")
        self.versions.setMaximumHeight(self.fontMetrics().height() * 8)
        self._changes_text.setWordWrap(True)
        self.changes.column.addWidget(self._changes_text)
        self.box.textChanged.connect(lambda _: self.search())
        self.day.changed.connect(self._day_changed)
        self.rows.selectionModel().currentChanged.connect(lambda _now, _before: self._choose())
        self.rows.opened.connect(lambda _: self._open_new())
        self.open_button.clicked.connect(self._open_new)
        self._lay_out(title)
        self.setFocusProxy(self.box)

    def _day_changed(self) -> None:
        if self.day.day is not None:
            self.search()

    def _lay_out(self, title: QLabel) -> None:
        top = QHBoxLayout()
        label = QLabel("查看日期（&T）", self)
        label.setBuddy(self.day)
        top.addWidget(title)
        top.addWidget(self.age)
        top.addStretch(1)
        top.addWidget(label)
        top.addWidget(self.day)
        left = QWidget()
        list_column = QVBoxLayout(left)
        list_column.setContentsMargins(0, 0, 0, 0)
        search = QHBoxLayout()
        search.addWidget(self.box, 1)
        search.addWidget(self.count)
        list_column.addLayout(search)
        list_column.addWidget(self.rows, 1)
        list_column.addWidget(self.changes)
        right = QWidget()
        item_column = QVBoxLayout(right)
        item_column.setContentsMargins(0, 0, 0, 0)
        item_column.addWidget(self.guide, 1)
        item_column.addWidget(self.versions)
        item_column.addWidget(self.open_button)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addLayout(top)
        layout.addWidget(self.warning)
        layout.addWidget(split, 1)


def _matches(item: ServiceItem, text: str) -> bool:
    places = (item.name, item.code, item.department_name)
    return all(any(word in place for place in places) for word in text.split())


def _tone(row: ItemLine) -> Tone:
    return _STATES.get(row.item.status, Tone.GOOD)


def _version_cells(row: ItemVersion) -> tuple[str, ...]:
    until = row.until.isoformat() if row.until else ""
    state = {True: "在用", False: "停用"}[row.item.status.is_in_service]
    return (f"第{row.item.version}版", KIND_TITLES[row.kind], row.since.isoformat(), until, state)
