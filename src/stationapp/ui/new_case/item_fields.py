"""The item's own fields, built from its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QGroupBox, QLineEdit, QWidget

from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.item_form import FieldKind, FormField, check_form, fields_of
from stationapp.domain.refusal import Reason
from stationapp.domain.typed_text import half_width
from stationapp.ui.fields.date_entry import DateEntry
from stationapp.ui.fields.field import Field
from stationapp.ui.new_case.list_editors import ChoicesEditor, LongTextEditor, TableEditor

_WIDE = (FieldKind.LONG_TEXT, FieldKind.CHOICES, FieldKind.TABLE)
_LONG = 40  # a text that may be longer takes the whole width


def field_of(reason: Reason) -> str:
    """Return the field a complaint belongs to: one about a cell (`members.2.name`) stands at its table."""
    return reason.field.split(".", 1)[0]


class ValueEditor(Protocol):
    """Shows one value: `value` is None while what is typed is none, `typed` is what stands there."""

    @property
    def widget(self) -> QWidget: ...
    @property
    def changed(self) -> Any: ...
    @property
    def left(self) -> Any: ...
    @property
    def typed(self) -> str: ...
    def value(self) -> Any: ...
    def put(self, value: Any) -> None: ...


class TextEditor:
    """Text, whole numbers, money, telephone and identity numbers: one line."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        self._kind = field.kind
        self.widget = QLineEdit(parent)
        self.changed = self.widget.textChanged
        self.left = self.widget.editingFinished
        if field.kind is FieldKind.MONEY:
            self.widget.setPlaceholderText("元，如 1200.50")

    @property
    def typed(self) -> str:
        return self.widget.text().strip()

    def value(self) -> Any:
        if self._kind is FieldKind.TEXT:
            return self.typed
        plain = half_width(self.typed).replace(",", "")
        if self._kind is FieldKind.ID_NUMBER:
            return plain.upper()
        if self._kind is not FieldKind.INTEGER:
            return plain
        return int(plain) if plain.lstrip("-").isascii() and plain.lstrip("-").isdecimal() else None

    def put(self, value: Any) -> None:
        self.widget.setText(str(value))


class DateEditor:
    """A date as ISO text."""

    def __init__(self, _field: FormField, parent: QWidget) -> None:
        self.widget = DateEntry(parent)
        self.changed = self.widget.changed
        self.left = self.widget.line.editingFinished

    @property
    def typed(self) -> str:
        return self.widget.text

    def value(self) -> Any:
        return self.widget.iso or None

    def put(self, value: Any) -> None:
        self.widget.set_text(str(value))


class ChoiceEditor:
    """One of several; nothing is chosen at first."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        self.widget = QComboBox(parent)
        self.changed = self.widget.currentIndexChanged
        self.left = self.widget.activated
        yes_no = (("是", True), ("否", False))
        choices = yes_no if field.kind is FieldKind.BOOLEAN else tuple((name, name) for name in field.choices)
        self.widget.addItem("", None)
        for title, value in choices:
            self.widget.addItem(title, value)

    @property
    def typed(self) -> str:
        return self.widget.currentText()

    def value(self) -> Any:
        return self.widget.currentData()

    def put(self, value: Any) -> None:
        self.widget.setCurrentIndex(max(0, self.widget.findData(value)))


_EDITORS: Mapping[FieldKind, Any] = {
    FieldKind.TEXT: TextEditor,
    FieldKind.LONG_TEXT: LongTextEditor,
    FieldKind.PHONE: TextEditor,
    FieldKind.ID_NUMBER: TextEditor,
    FieldKind.CHOICES: ChoicesEditor,
    FieldKind.TABLE: TableEditor,
    FieldKind.INTEGER: TextEditor,
    FieldKind.MONEY: TextEditor,
    FieldKind.DATE: DateEditor,
    FieldKind.CHOICE: ChoiceEditor,
    FieldKind.BOOLEAN: ChoiceEditor,
}


class ItemFields(QGroupBox):
    """The fields of one item; hidden when it has none."""

    changed = Signal()

    def __init__(self, item: ServiceItem, parent: QWidget | None = None) -> None:
        super().__init__("事项信息", parent)
        self._form = item.form
        self.fields: dict[str, Field] = {}
        self._editors: dict[str, ValueEditor] = {}
        grid = QGridLayout(self)
        place = 0
        for described in fields_of(item.form):
            wide = described.kind in _WIDE or (
                described.kind is FieldKind.TEXT and described.max_length > _LONG
            )
            place += place % 2 if wide else 0
            grid.addWidget(self._field(described), place // 2, place % 2, 1, 2 if wide else 1)
            place += 2 if wide else 1
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        if not self.fields:
            self.hide()

    def values(self) -> dict[str, Any]:
        """Return the values there are; a field that is empty or unfinished has none."""
        found = {name: editor.value() for name, editor in self._editors.items()}
        return {name: value for name, value in found.items() if value is not None and value != ""}

    def unfinished(self) -> dict[str, Any]:
        """Return what is typed and no value yet."""
        editors = self._editors.items()
        return {name: editor.typed for name, editor in editors if editor.typed and editor.value() is None}

    def fill(self, values: Mapping[str, Any], unfinished: Mapping[str, Any]) -> None:
        """Put in values and what was left unfinished; fields the item no longer has are passed over."""
        for name, value in {**values, **unfinished}.items():
            if name in self._editors:
                self._editors[name].put(value)

    def _field(self, described: FormField) -> Field:
        editor: ValueEditor = _EDITORS[described.kind](described, self)
        field = Field(described.title, editor.widget, required=described.required, hint=described.hint)
        self._editors[described.name] = editor
        self.fields[described.name] = field
        editor.changed.connect(lambda *_: self._look(described.name))
        editor.left.connect(lambda *_: self._left(described.name))
        return field

    def _look(self, name: str) -> None:
        """Take an answered complaint away; a new one only comes when the field is wrong whatever follows."""
        field = self.fields[name]
        if field.is_wrong and not self._faults(name):
            field.clear()
        self.changed.emit()

    def _left(self, name: str) -> None:
        """Check a field that was left, unless it is still empty."""
        if self._editors[name].typed:
            faults = self._faults(name)
            self.fields[name].complain(faults[0]) if faults else self.fields[name].clear()

    def _faults(self, name: str) -> list[str]:
        values = {**self.values(), **self.unfinished()}
        return [reason.text for reason in check_form(self._form, values) if field_of(reason) == name]
