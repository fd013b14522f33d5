"""Characters no keyboard offers, by their code point: type 2A2FE and press Alt+X, or use the small window."""

from __future__ import annotations

import re
import unicodedata

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from stationapp.ui.fields.field import Field

_BEFORE_CURSOR = re.compile(r"(?:[Uu]\+)?([0-9A-Fa-f]{4,6})$")
_WHOLE = re.compile(r"\s*(?:[Uu]\+)?([0-9A-Fa-f]{4,6})\s*")
_LAST = 0x10FFFF


def character_of(code: str) -> str:
    """Return the character of a hexadecimal code point, or an empty text when it has none that can be written."""
    number = int(code, 16)
    if number > _LAST or unicodedata.category(chr(number)) in ("Cc", "Cs", "Cf"):
        return ""
    return chr(number)


def read_code(text: str) -> str:
    """Return the character that `U+2A2FE` or `2A2FE` names, or an empty text."""
    found = _WHOLE.fullmatch(text)
    return character_of(found.group(1)) if found else ""


def replaced_before(text: str) -> str | None:
    """Return the text with the code point at its end turned into the character, a character at its end turned into
    its code point, or None when there is nothing to turn."""
    found = _BEFORE_CURSOR.search(text)
    if found is not None:
        character = character_of(found.group(1))
        return text[: found.start()] + character if character else None
    return f"{text[:-1]}{ord(text[-1]):X}" if text and not text[-1].isascii() else None


class NameLine(QLineEdit):
    """A line for names in which Alt+X turns a code point into its character and back."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_alt_x(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_alt_x(event):
            self._turn()
        else:
            super().keyPressEvent(event)

    def put_in(self, character: str) -> None:
        """Put a character where the cursor is."""
        self.insert(character)

    def _turn(self) -> None:
        # Qt counts UTF-16 units, Python code points.
        units = self.text().encode("utf-16-le")
        at = self.cursorPosition() * 2
        before, after = units[:at].decode("utf-16-le"), units[at:].decode("utf-16-le")
        turned = replaced_before(before)
        if turned is not None:
            self.setText(turned + after)
            self.setCursorPosition(len(turned.encode("utf-16-le")) // 2)


def _is_alt_x(event: QEvent) -> bool:
    return (
        isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_X
        and event.modifiers() == Qt.KeyboardModifier.AltModifier
    )


class RareCharacterDialog(QDialog):
    """Asks for a code point and shows its character large before it is put in."""

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("录入生僻字")
        self.code = QLineEdit(self)
        self.code.setPlaceholderText("如 U+2A2FE")
        self._field = Field(
            "字符编码（&U）", self.code, hint="身份证读卡结果或公安人口信息中的 Unicode 编码。"
        )
        self.shown = QLabel("　", self)
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = self.shown.font()
        font.setPointSize(48)
        self.shown.setFont(font)
        self.shown.setMinimumHeight(96)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("插入")
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText("取消")
        self._ok.setEnabled(False)
        layout = QVBoxLayout(self)
        for part in (self._field, self.shown, self._buttons):
            layout.addWidget(part)
        self.code.textChanged.connect(self._look)
        self._buttons.accepted.connect(self._enter)
        self._buttons.rejected.connect(self.reject)

    def _look(self, text: str) -> None:
        character = read_code(text)
        self.shown.setText(character or "　")
        self._ok.setEnabled(bool(character))
        if character or len(text.strip()) < len("U+XXXX"):
            self._field.clear()
        else:
            self._field.complain("没有这个编码的字，请核对。")

    def _enter(self) -> None:
        character = read_code(self.code.text())
        if character:
            self.entered.emit(character)
            self.accept()
