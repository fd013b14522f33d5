"""The applicant's document: its kind, and its number checked while it is typed."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from stationapp.domain.identity_documents import (
    DocumentKind,
    IdentityCheck,
    check_identity,
    check_partial,
    normalise_number,
)
from stationapp.ui.fields.field import Field


class IdentityField(QObject):
    """Kind and number with their fields. `checked` carries an IdentityCheck, valid or not, after every key."""

    checked = Signal(object)
    changed = Signal()

    def __init__(self, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self._today = today
        self.kind = QComboBox(parent)
        for kind in DocumentKind:
            self.kind.addItem(kind.label, kind)
        self.number = QLineEdit(parent)
        self.kind_field = Field("证件类型（&T）", self.kind, required=True)
        self.number_field = Field("证件号码（&N）", self.number, required=True)
        self.kind.currentIndexChanged.connect(self._look)
        self.number.textChanged.connect(self._look)
        self.number.editingFinished.connect(self._left)

    @property
    def chosen_kind(self) -> DocumentKind:
        """The kind of document."""
        return DocumentKind(self.kind.currentData())

    @property
    def typed(self) -> str:
        """The number as it would be stored."""
        return normalise_number(self.chosen_kind, self.number.text())

    def fill(self, kind: str, number: str) -> None:
        """Put in a document; an unknown kind leaves the choice as it is."""
        at = next((row for row in range(self.kind.count()) if str(self.kind.itemData(row)) == kind), -1)
        if at >= 0:
            self.kind.setCurrentIndex(at)
        self.number.setText(number)

    def _look(self) -> None:
        """Say nothing against a number that can still become right."""
        text = self.number.text()
        partial = check_partial(self.chosen_kind, text, self._today)
        whole = check_identity(self.chosen_kind, text, self._today)
        if partial.reasons:
            self.number_field.complain("".join((partial.reasons[0].text, *partial.hints)))
        elif not whole.is_valid:
            self.number_field.clear()
        elif whole.hints:
            self.number_field.warn("".join(whole.hints))
        elif whole.number:
            self.number_field.praise(_praise(whole))
        self.checked.emit(whole)
        self.changed.emit()

    def _left(self) -> None:
        """Now the number is meant to be whole."""
        if not self.number.text().strip():
            return
        if self.number.text() != self.typed:
            self.number.setText(self.typed)
        whole = check_identity(self.chosen_kind, self.number.text(), self._today)
        if whole.reasons:
            self.number_field.complain("".join((whole.reasons[0].text, *whole.hints)))


def _praise(check: IdentityCheck) -> str:
    if check.birth_date is None or check.sex is None:
        return "号码格式正确"
    return f"校验通过　{check.sex.label}　{check.birth_date.isoformat()} 出生"
