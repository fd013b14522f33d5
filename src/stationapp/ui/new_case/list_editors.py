"""Editors for what does not fit a line: long texts, several choices, and tables such as the household's members."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.item_form import FieldKind, FormField
from stationapp.domain.typed_text import half_width

_IN_A_ROW = 4  # ticks side by side
_LINES = 4
_ROWS_SEEN = 4
_ID_PLACES = 23  # eighteen digits, and room around them


def cell_height(widget: QWidget) -> int:
    """Return the height of a row in pixels: a line of text with the room an editor needs around it."""
    return widget.fontMetrics().height() * 2


class _Text(QPlainTextEdit):
    """Several lines; Tab goes on to the next field."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class LongTextEditor:
    """A text of several lines."""

    def __init__(self, _field: FormField, parent: QWidget) -> None:
        self.widget = _Text(parent)
        self.widget.setTabChangesFocus(True)
        self.widget.setFixedHeight(self.widget.fontMetrics().lineSpacing() * (_LINES + 1))
        self.changed = self.widget.textChanged
        self.left = self.widget.left

    @property
    def typed(self) -> str:
        return self.widget.toPlainText().strip()

    def value(self) -> Any:
        return self.typed

    def put(self, value: Any) -> None:
        self.widget.setPlainText(str(value))


class _Choices(QWidget):
    changed = Signal()

    def __init__(self, field: FormField, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.ticks = [QCheckBox(name, self) for name in field.choices]
        for place, tick in enumerate(self.ticks):
            layout.addWidget(tick, place // _IN_A_ROW, place % _IN_A_ROW)
            tick.toggled.connect(self.changed)
        if self.ticks:
            self.setFocusProxy(self.ticks[0])


class ChoicesEditor:
    """Several of some choices, each with a tick."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        self.widget = _Choices(field, parent)
        self.changed = self.widget.changed
        self.left = self.widget.changed

    @property
    def typed(self) -> str:
        return "、".join(self.value() or ())

    def value(self) -> Any:
        chosen = [tick.text() for tick in self.widget.ticks if tick.isChecked()]
        return chosen or None

    def put(self, value: Any) -> None:
        wanted = value if isinstance(value, list | tuple) else ()
        for tick in self.widget.ticks:
            tick.setChecked(tick.text() in wanted)


class _Table(QWidget):
    """Rows of cells, and two buttons to add a row and to take the current one out."""

    changed = Signal()

    def __init__(self, field: FormField, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = field.columns
        self._most = field.most
        self.rows = QTableWidget(0, len(field.columns), self)
        self.rows.setHorizontalHeaderLabels(
            [f"{one.title} *" if one.required else one.title for one in field.columns]
        )
        self.rows.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.rows.setTabKeyNavigation(False)
        for place, one in enumerate(field.columns):
            if one.kind is FieldKind.ID_NUMBER:
                self.rows.horizontalHeader().setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
                self.rows.setColumnWidth(place, self.rows.fontMetrics().horizontalAdvance("0" * _ID_PLACES))
        self.rows.setFixedHeight(cell_height(self) * (_ROWS_SEEN + 1))
        self.add = QPushButton("加一行", self)
        self.remove = QPushButton("删除当前行", self)
        self.add.clicked.connect(lambda: self.append({}))
        self.remove.clicked.connect(self._remove)
        self._lay_out()
        for _ in range(field.least):
            self.append({})

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.rows)
        layout.addLayout(buttons)
        self.setFocusProxy(self.rows)

    def append(self, values: dict[str, Any]) -> None:
        row = self.rows.rowCount()
        self.rows.insertRow(row)
        for place, column in enumerate(self._columns):
            cell = _cell(column, values.get(column.name), row + 1)
            self.rows.setCellWidget(row, place, cell)
            cell.installEventFilter(self)
            changed = cell.currentIndexChanged if isinstance(cell, QComboBox) else cell.textChanged
            changed.connect(self.changed)
        self.rows.setRowHeight(row, cell_height(self))
        self._offer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The current row is the one a person types in."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.rows.setCurrentIndex(self.rows.indexAt(watched.pos()))
        return super().eventFilter(watched, event)

    def _remove(self) -> None:
        row = self.rows.currentRow()
        self.rows.removeRow(row if row >= 0 else self.rows.rowCount() - 1)
        self._offer()

    def _offer(self) -> None:
        count = self.rows.rowCount()
        self.add.setEnabled(not self._most or count < self._most)
        self.remove.setEnabled(count > 0)
        self.changed.emit()

    def values(self) -> list[dict[str, Any]]:
        """Return the rows in which anything stands; an empty cell has no value."""
        found = [self._values(row) for row in range(self.rows.rowCount())]
        return [row for row in found if row]

    def _values(self, row: int) -> dict[str, Any]:
        cells = ((one, self.rows.cellWidget(row, place)) for place, one in enumerate(self._columns))
        values = {column.name: _value(column, cell) for column, cell in cells}
        return {name: value for name, value in values.items() if value not in (None, "")}


def _cell(column: FormField, value: Any, number: int) -> QComboBox | QLineEdit:
    """Return the editor of one cell, with what stands in it."""
    cell: QComboBox | QLineEdit
    if column.kind in (FieldKind.CHOICE, FieldKind.BOOLEAN):
        cell = QComboBox()
        yes_no = (("是", True), ("否", False))
        named = tuple((name, name) for name in column.choices)
        for title, one in (("", None), *(yes_no if column.kind is FieldKind.BOOLEAN else named)):
            cell.addItem(title, one)
        cell.setCurrentIndex(max(0, cell.findData(value)) if value is not None else 0)
    else:
        cell = QLineEdit("" if value is None else str(value))
        cell.setPlaceholderText(column.hint)
    cell.setAccessibleName(f"第{number}行 {column.title}")
    return cell


def _value(column: FormField, cell: QWidget | None) -> Any:
    if isinstance(cell, QComboBox):
        return cell.currentData()
    typed = cell.text().strip() if isinstance(cell, QLineEdit) else ""
    if column.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT):
        return typed
    plain = half_width(typed).replace(",", "")
    # What is no number stays as it was typed: the form's check says so at its row.
    number = (
        column.kind is FieldKind.INTEGER and plain.lstrip("-").isascii() and plain.lstrip("-").isdecimal()
    )
    return int(plain) if number else plain.upper() if column.kind is FieldKind.ID_NUMBER else plain


class TableEditor:
    """A table; each row is a mapping of the columns' names to values."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        self.widget = _Table(field, parent)
        self.changed = self.widget.changed
        self.left = self.widget.changed

    @property
    def typed(self) -> str:
        return f"{len(rows)}行" if (rows := self.widget.values()) else ""

    def value(self) -> Any:
        return self.widget.values() or None

    def put(self, value: Any) -> None:
        self.widget.rows.setRowCount(0)
        for row in value if isinstance(value, list | tuple) else ():
            self.widget.append(dict(row))
