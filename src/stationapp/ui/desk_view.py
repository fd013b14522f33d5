"""The desk at a glance: how many cases each list holds, drafts to go on with, and what falls due next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, SignalInstance
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.people import application_from_mapping
from stationapp.domain.standing_in import Absence
from stationapp.services.absences import absences
from stationapp.services.changed import Changed, Kind
from stationapp.services.intake import drafts
from stationapp.services.worklists import DeskOverview, WorklistCount, nearest_due, overview
from stationapp.services.workplace import Workplace
from stationapp.store.records.cases import CaseSummary
from stationapp.store.records.station import DraftSummary
from stationapp.ui.case_columns import due
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.style import TONES
from stationapp.ui.words import Tone, day_text, moment_text

TILES_IN_A_ROW = 5
NEAREST = 12
_ID = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class _Sight:
    """All the desk shows, looked up at once."""

    overview: DeskOverview
    drafts: list[DraftSummary]
    due: list[CaseSummary]
    absences: list[Absence]


def _look(workplace: Workplace) -> _Sight:
    return _Sight(
        overview(workplace), drafts(workplace), nearest_due(workplace, NEAREST), absences(workplace)
    )


class Tile(QPushButton):
    """A large number with its name; pressing it opens the list."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("Tile")
        self._title = title
        self.count = QLabel("…", self)
        self.count.setObjectName("TileCount")
        name = QLabel(title, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.setSpacing(0)
        for label in (self.count, name):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)

    def sizeHint(self) -> QSize:
        """Room for number and name, whatever the size of the letters."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_count(self, count: int) -> None:
        """Show how many cases the list holds."""
        self.count.setText(str(count))
        self.setAccessibleName(f"{self._title} {count} 件")


class DeskView(QWidget):
    """The first screen after signing in."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("DeskView")
        self._context = context
        self.tiles: dict[str, Tile] = {}
        self.drafts = _list("草稿", self)
        self.due = _list("最近到期", self)
        self.away = NoteLine(self)
        self._grid = QGridLayout()
        self._new = QPushButton("新办件(&N)　F2", self)
        self._build()
        context.bus.changed.connect(self._on_changed)
        self.look()

    def look(self) -> None:
        """Look everything up again."""
        workplace = self._context.workplace
        self._context.tasks.read(lambda: _look(workplace), self._show, owner=self)

    def _show(self, sight: _Sight) -> None:
        self._say_who_is_away(sight.absences)
        self._show_tiles([row for row in sight.overview.lists if row.steady or row.count])
        _fill(self.drafts, [_draft_item(row) for row in sight.drafts], "没有未完成的草稿")
        today = self._context.workplace.now().date()
        items = [_due_item(row, *due(row, today)) for row in sight.due]
        _fill(self.due, items, "没有设定期限的在办件")

    def _say_who_is_away(self, away: Sequence[Absence]) -> None:
        """Whom one stands in for comes first; then the signs of the others at this desk."""
        workplace = self._context.workplace
        mine = [row for row in away if row.stand_in == workplace.person.person_id]
        here = [row for row in away if row.desk_id == workplace.desk.desk_id and row not in mine]
        lines = [f"您正在代{row.person}履行“{row.post}”岗位职责，至 {row.until}（AB岗）。" for row in mine]
        self.away.say("\n".join([*lines, *(row.sign for row in here)]), Tone.WARN)

    def _show_tiles(self, rows: Sequence[WorklistCount]) -> None:
        """A tile for each list; one whose list is empty now goes, but for the steady ones."""
        wanted = {row.key for row in rows}
        for key in [key for key in self.tiles if key not in wanted]:
            gone = self.tiles.pop(key)
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for number, row in enumerate(rows):
            tile = self.tiles.get(row.key) or self._make_tile(row)
            tile.show_count(row.count)
            self._grid.addWidget(tile, *divmod(number, TILES_IN_A_ROW))
        self._order_tiles([self.tiles[row.key] for row in rows])

    def _make_tile(self, row: WorklistCount) -> Tile:
        tile = self.tiles[row.key] = Tile(row.title, self)
        tile.clicked.connect(lambda: self._context.bus.worklist_wanted.emit(row.key))
        return tile

    def _order_tiles(self, tiles: Sequence[QWidget]) -> None:
        for before, after in pairwise((self._new, *tiles, self.drafts, self.due)):
            self.setTabOrder(before, after)

    def _on_changed(self, changed: Changed, _initiator: object) -> None:
        if changed.kinds & {Kind.CASES, Kind.BATCHES, Kind.DRAFTS}:
            self.look()

    def _build(self) -> None:
        workplace = self._context.workplace
        title = QLabel(f"{workplace.person.name}，今天是 {day_text(workplace.now().date())}", self)
        title.setObjectName("Title")
        self._new.setProperty("main", True)
        self._new.clicked.connect(self._context.bus.new_case_wanted)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self._new)
        self._grid.setSpacing(10)
        self.drafts.itemActivated.connect(lambda item: _open(item, self._context.bus.draft_wanted))
        self.due.itemActivated.connect(lambda item: _open(item, self._context.bus.case_wanted))
        lists = QGridLayout()
        lists.setHorizontalSpacing(16)
        for column, (name, widget) in enumerate((("继续办理草稿", self.drafts), ("最近到期", self.due))):
            label = QLabel(name, self)
            label.setObjectName("Heading")
            lists.addWidget(label, 0, column)
            lists.addWidget(widget, 1, column)
            lists.setColumnStretch(column, 2 + column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(top)
        layout.addWidget(self.away)
        layout.addLayout(self._grid)
        layout.addLayout(lists, 1)
        self.setFocusProxy(self._new)


def _list(name: str, parent: QWidget) -> QListWidget:
    widget = QListWidget(parent)
    widget.setAccessibleName(name)
    widget.setUniformItemSizes(True)
    return widget


def _fill(widget: QListWidget, items: list[QListWidgetItem], nothing: str) -> None:
    """Show the items; the chosen one stays chosen."""
    current = widget.currentItem()
    chosen = current.data(_ID) if current else None
    widget.clear()
    if not items:
        empty = QListWidgetItem(nothing)
        empty.setFlags(Qt.ItemFlag.NoItemFlags)
        items = [empty]
    for item in items:
        widget.addItem(item)
        if chosen is not None and item.data(_ID) == chosen:
            widget.setCurrentItem(item)


def _draft_item(row: DraftSummary) -> QListWidgetItem:
    application = application_from_mapping(row.body["application"])
    name = application.applicant.name or "（未填姓名）"
    item = QListWidgetItem(f"{name}　{application.item_name}　{moment_text(row.at)}")
    item.setData(_ID, row.draft_id)
    return item


def _due_item(row: CaseSummary, words: str, tone: Tone) -> QListWidgetItem:
    item = QListWidgetItem(f"{words}　{row.applicant_name}　{row.item_name}　{row.state.label}")
    item.setData(_ID, row.case_id)
    item.setForeground(QColor(TONES[tone].ink))
    return item


def _open(item: QListWidgetItem, wish: SignalInstance) -> None:
    if item.data(_ID):
        wish.emit(item.data(_ID))
