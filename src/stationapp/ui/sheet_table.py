"""A sheet of figures: headers and rows of text, no column wider than can be read at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

_WIDEST = 34  # characters


class SheetTable(QTableWidget):
    """Shows one sheet after the other; long texts are broken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("统计数据")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()

    def show_sheet(self, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show a sheet in place of the one before."""
        self.clear()
        self.setColumnCount(len(headers))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(headers))
        for line, row in enumerate(rows):
            for column, text in enumerate(row):
                self.setItem(line, column, QTableWidgetItem(text))
        self.resizeColumnsToContents()
        widest = self.fontMetrics().averageCharWidth() * _WIDEST
        for column in range(len(headers)):
            self.setColumnWidth(column, min(widest, self.columnWidth(column)))
        self.resizeRowsToContents()
