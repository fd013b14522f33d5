"""A table in which rows are ticked; Space ticks, and what was ticked and written stays when the rows come anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

_ID = Qt.ItemDataRole.UserRole
_READ = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


@dataclass(frozen=True, slots=True)
class TickRow:
    """A row by its id; one that cannot be ticked is shown only."""

    row_id: str
    cells: tuple[str, ...]
    can_tick: bool = True


class TickedTable(QTableWidget):
    """The first column has the ticks. `written` is the column a person may write into, -1 for none."""

    ticks_changed = Signal()
    opened = Signal(str)

    def __init__(
        self, heads: Sequence[str], wide: int, name: str, written: int = -1, parent: QWidget | None = None
    ) -> None:
        super().__init__(0, len(heads), parent)
        self._written = written
        self._showing = False
        self.setHorizontalHeaderLabels(list(heads))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(name)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 14)
        header = self.horizontalHeader()
        header.setResizeContentsPrecision(50)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(heads)):
            mode = (
                QHeaderView.ResizeMode.Stretch if column == wide else QHeaderView.ResizeMode.ResizeToContents
            )
            header.setSectionResizeMode(column, mode)
        self.itemChanged.connect(self._changed)
        self.itemDoubleClicked.connect(self._double_clicked)

    def show_rows(self, rows: Sequence[TickRow]) -> None:
        """Show these rows; ticks and writing of rows that are still there and may be ticked stay."""
        ticked, notes, current = set(self.ticked()), self.notes(), self.currentRow()
        self._showing = True
        self.setRowCount(len(rows))
        for line, row in enumerate(rows):
            self._put(line, row, row.row_id in ticked and row.can_tick, notes.get(row.row_id, ""))
        self._showing = False
        if rows:
            self.setCurrentCell(min(max(current, 0), len(rows) - 1), 0)
        self.ticks_changed.emit()

    def ticked(self) -> list[str]:
        """Return the ids of the ticked rows from top to bottom."""
        cells = (self._cell(line, 0) for line in range(self.rowCount()))
        return [str(cell.data(_ID)) for cell in cells if cell.checkState() == Qt.CheckState.Checked]

    def notes(self) -> dict[str, str]:
        """Return what was written, by id; rows with nothing written are left out."""
        if self._written < 0:
            return {}
        lines = range(self.rowCount())
        written = {self._id(line): self._cell(line, self._written).text().strip() for line in lines}
        return {row_id: text for row_id, text in written.items() if text}

    def tick(self, row_ids: Sequence[str]) -> None:
        """Tick exactly these rows, of those that may be ticked."""
        wanted = set(row_ids)
        for line in range(self.rowCount()):
            self._set_tick(line, self._id(line) in wanted)

    def tick_all(self) -> None:
        """Tick every row, or none when all are ticked."""
        all_ids = [self._id(line) for line in range(self.rowCount()) if self._may_tick(line)]
        self.tick([] if set(all_ids) == set(self.ticked()) else all_ids)

    def write(self, row_id: str, text: str) -> None:
        """Write into a row."""
        for line in range(self.rowCount()):
            if self._id(line) == row_id:
                self._cell(line, self._written).setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.currentRow()
        if line < 0:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            self._set_tick(line, self._cell(line, 0).checkState() != Qt.CheckState.Checked)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._id(line))
        elif event.key() == Qt.Key.Key_F8 and self._written >= 0:
            self.editItem(self._cell(line, self._written))
        else:
            super().keyPressEvent(event)

    def _put(self, line: int, row: TickRow, ticked: bool, note: str) -> None:
        cells = ("", *row.cells)
        for column, text in enumerate(cells):
            cell = QTableWidgetItem(note or text if column == self._written else text)
            cell.setFlags(_READ)
            cell.setToolTip(cell.text())
            self.setItem(line, column, cell)
        first = self._cell(line, 0)
        first.setData(_ID, row.row_id)
        if row.can_tick:
            first.setFlags(_READ | Qt.ItemFlag.ItemIsUserCheckable)
            first.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            if self._written >= 0:
                self._cell(line, self._written).setFlags(_READ | Qt.ItemFlag.ItemIsEditable)

    def _cell(self, line: int, column: int) -> QTableWidgetItem:
        cell = self.item(line, column)
        if cell is None:
            raise IndexError(f"no cell at {line}, {column}")
        return cell

    def _id(self, line: int) -> str:
        return str(self._cell(line, 0).data(_ID))

    def _may_tick(self, line: int) -> bool:
        return bool(self._cell(line, 0).flags() & Qt.ItemFlag.ItemIsUserCheckable)

    def _set_tick(self, line: int, on: bool) -> None:
        if self._may_tick(line):
            self._cell(line, 0).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _changed(self, cell: QTableWidgetItem) -> None:
        if not self._showing and cell.column() == 0:
            self.ticks_changed.emit()

    def _double_clicked(self, cell: QTableWidgetItem) -> None:
        if cell.column() != self._written:
            self.opened.emit(self._id(cell.row()))
