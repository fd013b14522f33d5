"""What a person looks for is in sight or one key away: many names, wide tables, pages, figures, files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE
from stationapp.services.roster import PostChoice, Roster, RosterEntry
from stationapp.services.synchronise import picture
from stationapp.services.workplace import Workplace
from stationapp.ui.application import make_application
from stationapp.ui.cases_view import CasesView
from stationapp.ui.context import Context
from stationapp.ui.farewell import Farewell
from stationapp.ui.file_choice import choose_folder, documents_folder
from stationapp.ui.main_window import MainWindow
from stationapp.ui.messages import Messages
from stationapp.ui.move_dialog import MoveDialog
from stationapp.ui.navigation import PLACES, digit_of
from stationapp.ui.sign_in_view import SEARCHED_FROM, SignInView
from stationapp.ui.statistics_view import StatisticsView
from stationapp.ui.status_strip import StatusStrip
from stationapp.ui.tasks import Tasks
from windows import press

Wait = Callable[[], None]
DESKS = ("民政局", "自然资源局", "医疗保障局")


def county_roster(count: int) -> Roster:
    """People of three departments, one after the other."""
    people = []
    for number in range(count):
        desk = DESKS[number % len(DESKS)]
        choice = (PostChoice(f"post-{number}", "经办人", desk),)
        people.append(RosterEntry(f"p-{number}", f"login{number:02}", f"测试{number:02}", "经办人", choice))
    return Roster("游仙区", tuple(people))


@pytest.fixture
def sign_in(
    qtbot: QtBot, workplace: Workplace, tasks: Tasks, messages: Messages
) -> Callable[[int], SignInView]:
    """The sign-in window of a PC with so many people."""

    def make(count: int) -> SignInView:
        view = SignInView(county_roster(count), workplace.paths, workplace.clock, tasks, messages)
        qtbot.addWidget(view)
        with qtbot.waitExposed(view):
            view.show()
        view.activateWindow()
        view.setFocus()
        return view

    return make


def names(view: SignInView) -> list[str]:
    rows = [view.people.item(row) for row in range(view.people.count())]
    return [row.text() for row in rows if not row.isHidden()]


def test_among_many_people_one_types_a_name_or_a_department(
    qtbot: QtBot, sign_in: Callable[[int], SignInView]
) -> None:
    view = sign_in(30)
    assert view.search.hasFocus()
    assert names(view)[:2] == ["测试00　民政局 · 经办人", "测试01　自然资源局 · 经办人"]
    view.search.setText("医疗 经办")
    assert len(names(view)) == 10
    assert view.entry is not None
    assert view.entry.person_id == "p-2"
    view.search.setText("LOGIN17")
    assert names(view) == ["测试17　医疗保障局 · 经办人"]
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    assert view.password.hasFocus()
    view.search.setText("没有这个人")
    assert (names(view), view.entry) == ([], None)
    view.search.clear()
    assert len(names(view)) == 30
    assert view.entry is not None


def test_a_few_people_need_no_search(sign_in: Callable[[int], SignInView]) -> None:
    view = sign_in(SEARCHED_FROM)
    assert not view.search.isVisible()
    assert view.people.hasFocus()


@pytest.mark.parametrize(("width", "whole"), [(1136, True), (1400, True), (700, False)])
def test_a_case_table_fits_into_a_small_screen_and_scrolls_on_a_smaller_one(
    qtbot: QtBot,
    context: Context,
    received: Callable[..., Case],
    settled: Wait,
    width: int,
    whole: bool,
) -> None:
    received()
    make_application([])  # In the letters of the program, whatever other tests left.
    view = CasesView(context)
    qtbot.addWidget(view)
    view.resize(width, 700)
    with qtbot.waitExposed(view):
        view.show()
    settled()
    number_room = view.rows.columnWidth(0)
    assert number_room >= view.rows.sizeHintForColumn(0), "a receipt number is never shortened"
    bar = view.rows.horizontalScrollBar()
    assert (bar.maximum() == 0) is whole
    metrics = view.rows.fontMetrics()
    for number, column in enumerate(view.table.columns[:-1]):
        digits = metrics.horizontalAdvance("0" * (column.least or column.width))
        assert view.rows.columnWidth(number) >= digits
    view.resize(width + 900, 700)
    qtbot.waitUntil(lambda: bar.maximum() == 0)
    assert view.rows.columnWidth(2) >= metrics.horizontalAdvance("0" * view.table.columns[2].width)


def test_a_long_line_of_news_is_shortened_at_its_end(qtbot: QtBot, context: Context, settled: Wait) -> None:
    strip = StatusStrip(context)
    qtbot.addWidget(strip)
    strip.resize(900, 40)
    with qtbot.waitExposed(strip):
        strip.show()
    settled()
    strip.state.say("仅存本机 11 条（最早 2026-11-20 12:00）　" + "本机像是被复制或恢复过，已停止报送" * 4)
    assert strip.state.text().startswith("仅存本机 11 条")
    assert strip.state.text().endswith("…")
    strip.resize(6000, 40)
    qtbot.waitUntil(lambda: strip.state.text() == strip.state.said)


def test_the_farewell_names_scans_that_have_not_left_this_pc(qtbot: QtBot, workplace: Workplace) -> None:
    with workplace.store.write() as unit:
        unit.attachments.add_local("0" * 64, 10, "扫描件.jpg", "image/jpeg")
    farewell = Farewell(picture(workplace, None))
    qtbot.addWidget(farewell)
    assert "1 个附件待上传" in farewell.text.text()


def test_every_page_has_a_number_beside_its_function_key(
    qtbot: QtBot, context: Context, settled: Wait
) -> None:
    window = MainWindow(context)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    window.setFocus()
    settled()
    seen = []
    for number, place in enumerate(PLACES, 1):
        assert digit_of(place) == f"Ctrl+{number}"
        press(getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        settled()
        seen.append(window.stack.currentWidget().objectName())
    assert len(set(seen)) == len(PLACES)
    keys = [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
    assert len(keys) == len(set(keys)), "no key means two pages"


def test_figures_are_there_before_any_key_is_pressed(
    qtbot: QtBot, context: Context, received: Callable[..., Case], settled: Wait
) -> None:
    received()
    view = StatisticsView(context)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    settled()
    assert view.table.rowCount() > 0
    assert view.export_button.isEnabled()
    assert view.count_button.isEnabled()


def test_a_decision_asks_nothing_about_publicity(
    qtbot: QtBot, context: Context, received: Callable[..., Case], settled: Wait
) -> None:
    case = received()
    item = context.workplace.item_of(case)
    assert item is not None
    assert item.publicity_days == 0
    dialog = MoveDialog(context, case, item, TABLE["grant"])
    qtbot.addWidget(dialog)
    assert not [name for name in dialog.fields if "public" in name]


def test_a_folder_is_looked_for_where_there_is_one_and_in_chinese(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_application([])
    assert QCoreApplication.translate("QAbstractFileIconProvider", "Folder") == "文件夹"
    assert QCoreApplication.translate("QFileDialog", "Parent Directory") != "Parent Directory"
    assert QCoreApplication.translate("Nobody", "Knows this") == "Knows this"
    home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
    for exists, expected in ((False, home), (True, str(tmp_path / "documents"))):
        if exists:
            (tmp_path / "documents").mkdir()
        monkeypatch.setattr(
            QStandardPaths,
            "writableLocation",
            lambda place: (
                home if place is QStandardPaths.StandardLocation.HomeLocation else str(tmp_path / "documents")
            ),
        )
        assert documents_folder() == expected
    dialog = choose_folder(None, "选择文件夹", lambda _: None)
    qtbot.addWidget(dialog)
    assert dialog.directory().absolutePath() == str(tmp_path / "documents")
    dialog.close()
