"""Style, letters, notes at fields, crash window, and the input method."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from stationapp.domain.case import State
from stationapp.platform.fonts import find_fonts
from stationapp.platform.unavailable import Unavailable
from stationapp.ui import input_method
from stationapp.ui.appearance import other_scale, read_scale, write_scale
from stationapp.ui.application import make_application, screenshot
from stationapp.ui.crash_window import CrashWindow
from stationapp.ui.field_note import FieldNote
from stationapp.ui.state_tones import STATE_TONES
from stationapp.ui.style import (
    BASE_POINTS,
    ELDER_SCALE,
    GROUND,
    SURFACE,
    TONES,
    dress,
    load_fonts,
    style_sheet,
)
from stationapp.ui.words import Tone


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.1."""
    parts = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.1."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_can_be_read_on_every_ground(tone: Tone) -> None:
    shade = TONES[tone]
    for ground in (shade.ground, SURFACE, GROUND):
        assert contrast(shade.ink, ground) >= 4.5


def test_every_state_has_a_tone_and_none_is_red_by_itself() -> None:
    assert set(STATE_TONES) == set(State)
    assert Tone.RED not in STATE_TONES.values()


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the house's dress; as it was before at the end."""
    font, sheet, palette, style = qapp.font(), qapp.styleSheet(), qapp.palette(), qapp.style().objectName()
    yield make_application([])
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setStyle(style)


def test_rare_characters_of_names_have_a_letter(dressed: QApplication) -> None:
    fonts = find_fonts()
    if fonts.missing:
        pytest.skip(f"this machine lacks {fonts.missing}")
    families = load_fonts(fonts)
    for character in "䶮㛃𬭎𡋾":
        assert any(QFontMetrics(QFont(family)).inFontUcs4(ord(character)) for family in families), character
    assert dressed.font().families()[0] == families[0]


def test_the_mode_for_elderly_eyes_enlarges_letters_and_distances(dressed: QApplication) -> None:
    field = QLineEdit()
    field.ensurePolished()
    before = field.sizeHint().height()
    dress(dressed, list(dressed.font().families()), ELDER_SCALE)
    field.ensurePolished()
    assert dressed.font().pointSizeF() == pytest.approx(BASE_POINTS * ELDER_SCALE, abs=0.1)
    assert field.sizeHint().height() >= before * 1.25


def test_the_sheet_leaves_no_name_unfilled() -> None:
    assert "$" not in style_sheet(11.0)


def test_qts_own_buttons_speak_chinese(dressed: QApplication) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert "取消" in box.button(QDialogButtonBox.StandardButton.Cancel).text()


def test_the_chosen_size_is_kept_beside_other_settings(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    assert read_scale(settings) == 1.0
    settings.write_text('{"hub_url": "https://hub.example"}', "utf-8")
    write_scale(settings, other_scale(1.0))
    assert read_scale(settings) == ELDER_SCALE
    assert '"hub_url": "https://hub.example"' in settings.read_text("utf-8")
    assert other_scale(ELDER_SCALE) == 1.0


def test_a_damaged_settings_file_is_not_overwritten(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text("{broken", "utf-8")
    assert read_scale(settings) == 1.0
    with pytest.raises(Unavailable):
        write_scale(settings, ELDER_SCALE)
    assert settings.read_text("utf-8") == "{broken"


@pytest.fixture
def form(qtbot: QtBot) -> QWidget:
    """Two fields below each other."""
    form = QWidget()
    layout = QVBoxLayout(form)
    for name in ("first", "second"):
        field = QLineEdit(form)
        field.setObjectName(name)
        layout.addWidget(field)
    qtbot.addWidget(form)
    form.resize(400, 200)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    return form


def field_of(form: QWidget, name: str) -> QLineEdit:
    """A field by name."""
    found = form.findChild(QLineEdit, name)
    assert found is not None
    return found


def test_a_note_stands_inside_the_form_and_can_be_heard(form: QWidget) -> None:
    field = field_of(form, "second")
    note = FieldNote.show_at(field, "证件号码校验位不对。")
    assert form.rect().contains(note.geometry())
    assert not note.geometry().intersects(field.geometry())
    assert field.accessibleDescription() == "证件号码校验位不对。"
    assert field.hasFocus()


def test_a_newer_note_takes_the_place_of_the_older(form: QWidget) -> None:
    field = field_of(form, "first")
    FieldNote.show_at(field, "一")
    FieldNote.show_at(field, "二")
    assert [note.text() for note in form.findChildren(FieldNote)] == ["二"]


def test_a_note_leaves_when_its_field_is_changed_and_not_before(qtbot: QtBot, form: QWidget) -> None:
    first, second = field_of(form, "first"), field_of(form, "second")
    FieldNote.show_at(first, "请填写。")
    qtbot.keyClicks(second, "x")
    assert FieldNote.at(first) is not None
    qtbot.keyClicks(first, "x")
    assert FieldNote.at(first) is None
    assert first.accessibleDescription() == ""


def test_a_note_goes_where_its_field_goes(qtbot: QtBot, form: QWidget) -> None:
    field = field_of(form, "first")
    note = FieldNote.show_at(field, "请填写。")
    before = note.y()
    form.resize(400, 400)
    qtbot.waitUntil(lambda: note.y() != before)
    assert form.rect().contains(note.geometry())


def test_the_crash_window_shows_its_report_and_copies_it(qtbot: QtBot, tmp_path: Path) -> None:
    report = tmp_path / "crash-1.txt"
    report.write_text("ValueError\n  stationapp/x.py:1", "utf-8")
    window = CrashWindow(report)
    qtbot.addWidget(window)
    assert window.text.toPlainText().startswith("ValueError")
    next(b for b in window.findChildren(QPushButton) if "复制" in b.text()).click()
    assert QGuiApplication.clipboard().text() == "ValueError\n  stationapp/x.py:1"


def test_the_crash_window_says_when_no_report_could_be_written(qtbot: QtBot) -> None:
    window = CrashWindow(None)
    qtbot.addWidget(window)
    assert window.text.toPlainText() == ""


def test_a_picture_of_a_view_is_saved(qtbot: QtBot, form: QWidget, tmp_path: Path) -> None:
    screenshot(form, tmp_path / "form.png")
    assert (tmp_path / "form.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(Unavailable):
        screenshot(form, tmp_path / "nowhere" / "form.png")


@pytest.mark.parametrize(
    ("before", "platform", "after"),
    [
        ({"QT_IM_MODULE": "fcitx"}, "linux", {"QT_IM_MODULE": "ibus", "IBUS_USE_PORTAL": "1"}),
        (
            {"XMODIFIERS": "@im=fcitx"},
            "linux",
            {"XMODIFIERS": "@im=fcitx", "QT_IM_MODULE": "ibus", "IBUS_USE_PORTAL": "1"},
        ),
        ({"QT_IM_MODULE": "ibus"}, "linux", {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "fcitx"}, "win32", {"QT_IM_MODULE": "fcitx"}),
        ({}, "linux", {}),
    ],
)
def test_fcitx_is_reached_through_the_portal(
    before: dict[str, str], platform: str, after: dict[str, str]
) -> None:
    input_method.prepare(before, platform)
    assert before == after
