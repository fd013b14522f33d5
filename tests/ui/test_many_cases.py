"""However many cases there are, the window asks for them beside its own thread, and only for what is seen."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from many_cases import Statements, multiply, overheard
from stationapp.domain.case import Case
from stationapp.services.changed import Changed, Kind
from stationapp.services.workplace import Workplace
from stationapp.ui.cases_view import CasesView
from stationapp.ui.context import Context
from stationapp.ui.id_table import BLOCK
from stationapp.ui.main_window import MainWindow
from stationapp.ui.navigation import PLACES

Wait = Callable[[], None]
MANY = 2500


def on_this_thread(heard: Statements) -> list[str]:
    home = threading.get_ident()
    return [statement for thread, statement in heard.made if thread == home]


def test_no_screen_asks_the_database_on_the_windows_own_thread(
    qtbot: QtBot, context: Context, workplace: Workplace, received: Callable[..., Case], settled: Wait
) -> None:
    """At the start, on every screen, in every list, for a search, for an open case, and after every news."""
    case = received()
    with overheard(workplace) as heard:
        window = MainWindow(context)
        qtbot.addWidget(window, before_close_func=lambda it: setattr(it, "_gone", True))
        with qtbot.waitExposed(window):
            window.show()
        for place in PLACES:
            window.show_place(place.key)
            settled()
        cases = window.page("cases")
        assert isinstance(cases, CasesView)
        window.show_place("cases")
        for number in range(cases.lists.count()):
            cases.lists.setCurrentIndex(number)
            settled()
        cases.box.setText("吴䶮")
        cases.search()
        settled()
        window.show_case(case.case_id)
        settled()
        context.bus.tell(Changed.of(*Kind))
        settled()
        assert len([statement for _, statement in heard.made if "case_row" in statement]) > len(PLACES)
        assert on_this_thread(heard) == []
        with workplace.store.read() as unit:
            unit.cases.get(case.case_id)
        assert on_this_thread(heard) != [], "it would have been heard"


def test_a_long_list_reads_the_rows_one_sees_and_no_others(
    qtbot: QtBot, context: Context, workplace: Workplace, received: Callable[..., Case], settled: Wait
) -> None:
    received()
    multiply(workplace, MANY, ended=False)
    view = CasesView(context)
    qtbot.addWidget(view)
    asked: list[int] = []
    fetch = view.table._fetch

    def counted(ids: list[str]) -> object:
        asked.append(len(ids))
        return fetch(ids)

    view.table._fetch = counted
    with qtbot.waitExposed(view):
        view.show()
    settled()
    assert view.table.rowCount() == MANY + 1
    assert (len(asked), max(asked)) == (1, BLOCK), "the first screen"
    view.rows.scrollToBottom()
    view.rows.viewport().repaint()
    settled()
    assert view.table.row_at(MANY) is not None
    view.rows.scrollTo(view.table.index(MANY // 2, 0), QAbstractItemView.ScrollHint.PositionAtCenter)
    view.rows.viewport().repaint()
    settled()
    assert sum(asked) <= 5 * BLOCK
