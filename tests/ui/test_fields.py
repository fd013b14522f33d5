"""Dates, rare characters and the flow of typing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from stationapp.ui.fields.code_points import NameLine, RareCharacterDialog, read_code, replaced_before
from stationapp.ui.fields.date_entry import DateEntry, read_date
from stationapp.ui.fields.field import Field
from stationapp.ui.fields.typing_flow import TypingFlow
from windows import focused, on_screen, press, type_in

ALT = Qt.KeyboardModifier.AltModifier


@given(
    st.dates(date(1000, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日"]),
)
def test_a_date_is_read_as_people_write_it(day: date, pattern: str) -> None:
    assert read_date(day.strftime(pattern)) == day


@pytest.mark.parametrize("text", ["", "1942", "1942-02-30", "19421301", "1942-3", "三月七日"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_a_typed_date_gets_one_form_when_it_is_left(qtbot: QtBot) -> None:
    entry = DateEntry()
    on_screen(qtbot, entry)
    entry.line.setFocus()
    type_in("1942.3.7")
    press(Qt.Key.Key_Return)
    assert (entry.text, entry.day) == ("1942-03-07", date(1942, 3, 7))


@given(
    st.characters(exclude_categories=("Cc", "Cs", "Cf", "Cn")).filter(
        lambda character: ord(character) > 0xFFF
    )
)
def test_a_code_point_becomes_its_character(character: str) -> None:
    assert read_code(f"U+{ord(character):X}") == character
    assert replaced_before(f"王{ord(character):X}") == f"王{character}"


@pytest.mark.parametrize("text", ["", "U+", "D800", "FFFFFF", "U+2A2FEG", "200B"])
def test_a_code_without_a_character_gives_none(text: str) -> None:
    assert read_code(text) == ""


def test_alt_x_turns_the_code_before_the_cursor_and_turns_it_back(qtbot: QtBot) -> None:
    line = NameLine()
    on_screen(qtbot, line)
    line.setFocus()
    line.setText("𬭎U+212FE华")
    line.setCursorPosition(line.cursorPosition() - 1)
    press(Qt.Key.Key_X, ALT)
    assert line.text() == "𬭎𡋾华"
    press(Qt.Key.Key_X, ALT)
    assert line.text() == "𬭎212FE华"


def test_the_small_window_shows_the_character_before_it_is_put_in(qtbot: QtBot) -> None:
    dialog = RareCharacterDialog()
    on_screen(qtbot, dialog)
    entered: list[str] = []
    dialog.entered.connect(entered.append)
    dialog.code.setText("U+4DAE")
    assert dialog.shown.text() == "䶮"
    dialog._enter()
    assert entered == ["䶮"]


def test_enter_goes_on_and_presses_a_button(qtbot: QtBot) -> None:
    form = QWidget()
    first, second, button = QLineEdit(form), QLineEdit(form), QPushButton("好", form)
    layout = QVBoxLayout(form)
    for part in (first, second, button):
        layout.addWidget(part)
    flow = TypingFlow(form)
    flow.watch(form)
    on_screen(qtbot, form)
    first.setFocus()
    press(Qt.Key.Key_Return)
    assert focused() is second
    press(Qt.Key.Key_Enter)
    assert focused() is button
    with qtbot.waitSignal(button.clicked):
        press(Qt.Key.Key_Return)


def test_the_wheel_changes_no_value_under_the_mouse(qtbot: QtBot) -> None:
    form = QWidget()
    box, line = QComboBox(form), QLineEdit(form)
    box.addItems(["一", "二"])
    layout = QVBoxLayout(form)
    layout.addWidget(box)
    layout.addWidget(line)
    flow = TypingFlow(form)
    flow.watch(form)
    on_screen(qtbot, form)
    line.setFocus()
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(box.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, turn)
    assert box.currentIndex() == 0


def test_a_complaint_is_told_to_those_who_do_not_see_it(qtbot: QtBot) -> None:
    field = Field("姓名（&M）", QLineEdit(), required=True)
    qtbot.addWidget(field)
    assert field.editor.accessibleName() == "姓名"
    field.complain("请填写姓名。")
    assert field.is_wrong
    assert field.editor.accessibleDescription() == "请填写姓名。"
    assert field.note.text().startswith("✖")
    field.clear()
    assert not field.is_wrong
    assert field.editor.accessibleDescription() == ""
