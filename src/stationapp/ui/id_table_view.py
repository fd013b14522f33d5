"""The view of an id table: fixed rows, sorting by the store, a selection that stays with its ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from stationapp.ui.id_table import IdTable

_AROUND = 1.5  # characters of room beside a column's text
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class IdTableView(QTableView):
    """`opened(id)` on Enter or double click; `sort_wanted(key, descending)` when a heading is clicked."""

    opened = Signal(str)
    sort_wanted = Signal(str, bool)

    def __init__(self, table: IdTable[Any], parent: QWidget | None = None, *, many: bool = False) -> None:
        super().__init__(parent)
        self.table = table
        self._sort: tuple[str, bool] = ("", False)
        self._chosen: tuple[str, ...] = ()
        self._current = ""
        mode = QAbstractItemView.SelectionMode
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setModel(table)
        table.modelAboutToBeReset.connect(self._remember)
        table.modelReset.connect(self._restore)
        self.doubleClicked.connect(self._open)
        self._set_up_headers()

    def selected_ids(self) -> tuple[str, ...]:
        """The chosen ids from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.table.id_at(row) for row in rows)

    def current_id(self) -> str:
        """The id of the row with the focus, or an empty text."""
        index = self.currentIndex()
        return self.table.id_at(index.row()) if index.isValid() else ""

    def select_ids(self, ids: Iterable[str]) -> None:
        """Choose these ids, those of them that are in the list."""
        chosen = QItemSelection()
        last_column = max(0, self.table.columnCount() - 1)
        for each in ids:
            row = self.table.row_of(each)
            if row is not None:
                chosen.select(self.table.index(row, 0), self.table.index(row, last_column))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def go_to(self, wanted: str) -> None:
        """Move to an id and show it, if it is in the list."""
        row = self.table.row_of(wanted)
        if row is not None:
            self.setCurrentIndex(self.table.index(row, 0))

    def show_sort(self, key: str, *, descending: bool) -> None:
        """Mark the heading by which the list is sorted."""
        self._sort = (key, descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        keys = [column.sort for column in self.table.columns]
        header = self.horizontalHeader()
        header.setSortIndicatorShown(key in keys)
        if key in keys:
            header.setSortIndicator(keys.index(key), order)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _set_up_headers(self) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._ask_sort)
        self._size()

    def _size(self) -> None:
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.7))
        self._fit()

    def _fit(self) -> None:
        """Let columns that may shrink give what the window lacks; what is lacking then is reached by scrolling."""
        columns = self.table.columns
        wanted = [self._pixels(column.width) for column in columns]
        least = [self._pixels(column.least or column.width) for column in columns]
        lacking, spare = sum(wanted) - self.viewport().width(), sum(wanted) - sum(least)
        share = min(1.0, max(0.0, lacking / spare)) if spare else 0.0
        for number, (most, fewest) in enumerate(zip(wanted, least, strict=True)):
            self.setColumnWidth(number, int(most - (most - fewest) * share))

    def _pixels(self, characters: int) -> int:
        """The width of so many digits with the room beside them; one alone would be rounded."""
        return round(self.fontMetrics().horizontalAdvance("0" * 20) / 20 * (characters + _AROUND))

    def _ask_sort(self, section: int) -> None:
        key = self.table.columns[section].sort
        if not key:
            self.show_sort(self._sort[0], descending=self._sort[1])
            return
        descending = not self._sort[1] if key == self._sort[0] else True
        self.show_sort(key, descending=descending)
        self.sort_wanted.emit(key, descending)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.opened.emit(self.table.id_at(index.row()))

    def _remember(self) -> None:
        self._chosen, self._current = self.selected_ids(), self.current_id()

    def _restore(self) -> None:
        row = self.table.row_of(self._current) if self._current else None
        if row is not None:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self.table.index(row, 0), flag)
        if self._chosen:
            self.select_ids(self._chosen)
