"""A short table that only shows: cells of text, read with the arrows, passed over by Tab."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

_SENTENCE = 16  # characters of a line that is read at a glance


class PlainTable(QTableWidget):
    """Some rows of text; the column `wide` takes what room is left. For lists that end, never for all cases."""

    def __init__(self, heads: Sequence[str], wide: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, len(heads), parent)
        self.setHorizontalHeaderLabels(list(heads))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(name)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(heads)):
            mode = (
                QHeaderView.ResizeMode.Stretch if column == wide else QHeaderView.ResizeMode.ResizeToContents
            )
            header.setSectionResizeMode(column, mode)
        self._heights = QTimer(self, singleShot=True, interval=0)
        self._heights.timeout.connect(self.resizeRowsToContents)

    def keep_readable(self, column: int) -> None:
        """Give a column of sentences a width of its own, though the others then have to be scrolled to."""
        self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        self.setColumnWidth(column, self.fontMetrics().horizontalAdvance("字" * _SENTENCE))

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these rows in place of the old ones."""
        self.setRowCount(len(rows))
        for line, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                self.setItem(line, column, cell)
        self._heights.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower column needs higher rows."""
        super().resizeEvent(event)
        self._heights.start()

    def texts(self) -> list[list[str]]:
        """Return what the table shows."""
        model, columns = self.model(), range(self.columnCount())
        return [
            [str(model.index(line, column).data()) for column in columns] for line in range(self.rowCount())
        ]
