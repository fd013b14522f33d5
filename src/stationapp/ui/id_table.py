"""The one table for every long list: all ids are known, rows are looked up in blocks when they are looked at.

Sorting and filtering are the store's. There is no proxy model and no fetching by scrolling, so the scroll bar
is honest.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from stationapp.ui.style import TONES
from stationapp.ui.tasks import Tasks, Ticket
from stationapp.ui.words import Tone

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
BLOCK = 100
BLOCKS_KEPT = 60
LOADING = "…"
GONE = "（已不在本机）"
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: heading, text of a row, width in characters, and by which key the store can sort it.

    Where the window is too narrow for all columns, one shrinks to as few as `least` characters; 0: it keeps its width.
    """

    title: str
    text: Callable[[Row], str]
    width: int
    sort: str = ""
    tone: Callable[[Row], Tone] | None = None
    tip: Callable[[Row], str] | None = None
    least: int = 0


class IdTable(QAbstractTableModel, Generic[Row]):
    """Shows rows by id. `fetch` gives the rows of ids, off the window's thread, without those that are gone."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], str],
        fetch: Callable[[Sequence[str]], Sequence[Row]],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._fetch = fetch
        self._tasks = tasks
        self._ids: list[str] = []
        self._rows_of: dict[str, int] = {}
        self._blocks: OrderedDict[int, dict[str, Row]] = OrderedDict()
        self._asked: dict[int, Ticket] = {}

    def set_ids(self, ids: Sequence[str]) -> None:
        """Show these ids in this order; every row is looked up afresh."""
        self.beginResetModel()
        self._ids = list(ids)
        self._rows_of = {each: row for row, each in enumerate(self._ids)}
        self._forget()
        self.endResetModel()

    def refresh(self) -> None:
        """Look the rows up again: their content changed, their order did not."""
        self._forget()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    @property
    def ids(self) -> Sequence[str]:
        """The ids shown, in order."""
        return self._ids

    def id_at(self, row: int) -> str:
        """The id of a row."""
        return self._ids[row]

    def row_of(self, wanted: str) -> int | None:
        """The row of an id, None when it is not in the list."""
        return self._rows_of.get(wanted)

    def row_at(self, row: int) -> Row | None:
        """The content of a row if it has been looked up; asks for it otherwise."""
        number = row // BLOCK
        block = self._blocks.get(number)
        if block is None:
            self._ask(number)
            return None
        return block.get(self._ids[row])

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A row that is gone cannot be chosen; one not looked up yet can: select-all reads nothing."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._is_gone(index.row()):
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        answer = self._ANSWERS.get(role)
        if answer is None:
            return None
        row = self.row_at(index.row())
        if row is None:
            return self._instead(index) if role == Qt.ItemDataRole.DisplayRole else None
        return answer(self.columns[index.column()], row)

    _ANSWERS: ClassVar[dict[int, Callable[[Column[Any], Any], Any]]] = {
        Qt.ItemDataRole.DisplayRole: lambda column, row: column.text(row),
        Qt.ItemDataRole.AccessibleTextRole: lambda column, row: f"{column.title} {column.text(row)}",
        Qt.ItemDataRole.ToolTipRole: lambda column, row: (column.tip or column.text)(row),
        Qt.ItemDataRole.ForegroundRole: lambda column, row: (
            QColor(TONES[column.tone(row)].ink) if column.tone else None
        ),
    }

    def _instead(self, index: Index) -> str:
        if index.column() != 0:
            return ""
        return GONE if self._is_gone(index.row()) else LOADING

    def _is_gone(self, row: int) -> bool:
        block = self._blocks.get(row // BLOCK)
        return block is not None and self._ids[row] not in block

    def _forget(self) -> None:
        for ticket in self._asked.values():
            ticket.cancel()
        self._asked.clear()
        self._blocks.clear()

    def _ask(self, number: int) -> None:
        if number in self._asked:
            return
        ids = self._ids[number * BLOCK : (number + 1) * BLOCK]
        fetch = self._fetch
        self._asked[number] = self._tasks.read(
            lambda: fetch(ids),
            lambda rows: self._take(number, rows),
            owner=self,
        )

    def _take(self, number: int, rows: Sequence[Row]) -> None:
        self._asked.pop(number, None)
        self._blocks[number] = {self._key(row): row for row in rows}
        while len(self._blocks) > BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        first = number * BLOCK
        last = min(first + BLOCK, len(self._ids)) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
