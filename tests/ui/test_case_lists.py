"""The desk and the list of cases: counts, search, sort, and what is opened by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM, VILLAGE_ITEM, application
from stationapp.domain.case import Case
from stationapp.domain.people import application_from_mapping
from stationapp.services.changed import Changed, Kind
from stationapp.services.intake import new_draft, save_draft
from stationapp.services.workplace import Workplace
from stationapp.ui.cases_view import CasesView
from stationapp.ui.context import Context
from stationapp.ui.desk_view import DeskView

Wait = Callable[[], None]
NAMES = ("吴䶮", "何𡋾香", "张桂兰")


@pytest.fixture
def cases(received: Callable[..., Case]) -> dict[str, Case]:
    """Three cases by the name of the applicant."""
    return {name: received(name) for name in NAMES}


@pytest.fixture
def view(qtbot: QtBot, context: Context, cases: dict[str, Case], settled: Wait) -> CasesView:
    """The list, shown."""
    view = CasesView(context)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    view.setFocus()
    settled()
    return view


def names(view: CasesView, settled: Wait) -> list[str]:
    """The applicants in the list from top to bottom."""
    column = [column.title for column in view.table.columns].index("申请人")
    view.table.row_at(0) if view.table.rowCount() else None
    settled()
    return [view.table.index(row, column).data() for row in range(view.table.rowCount())]


def test_the_list_shows_what_is_here_newest_first(view: CasesView, settled: Wait) -> None:
    assert names(view, settled) == ["张桂兰", "何𡋾香", "吴䶮"]
    assert view.count.text() == "共 3 件"


def test_typing_narrows_after_a_pause_and_the_last_word_counts(
    qtbot: QtBot, view: CasesView, settled: Wait
) -> None:
    qtbot.keyClicks(view.box, "zgl")
    qtbot.waitUntil(lambda: view.count.text() == "共 1 件")
    assert names(view, settled) == ["张桂兰"]
    view.box.setText("𡋾")
    view.search()
    view.box.setText("䶮")
    view.search()
    settled()
    assert names(view, settled) == ["吴䶮"]


def test_enter_on_a_number_opens_its_case(
    qtbot: QtBot, view: CasesView, context: Context, cases: dict[str, Case]
) -> None:
    view.box.setText(cases["何𡋾香"].receipt_number)
    with qtbot.waitSignal(context.bus.case_wanted, timeout=10_000) as opened:
        qtbot.keyClick(view.box, Qt.Key.Key_Return)
    assert opened.args == [cases["何𡋾香"].case_id]


def test_the_arrow_leads_into_the_table_and_enter_opens(
    qtbot: QtBot, view: CasesView, context: Context, cases: dict[str, Case], settled: Wait
) -> None:
    assert view.box.hasFocus()
    qtbot.keyClick(view.box, Qt.Key.Key_Down)
    assert view.rows.hasFocus()
    names(view, settled)
    qtbot.keyClick(view.rows, Qt.Key.Key_Down)
    with qtbot.waitSignal(context.bus.case_wanted) as opened:
        qtbot.keyClick(view.rows, Qt.Key.Key_Return)
    assert opened.args == [cases["何𡋾香"].case_id]


def test_esc_empties_the_search_before_it_leaves(qtbot: QtBot, view: CasesView, settled: Wait) -> None:
    view.box.setText("zgl")
    qtbot.keyClick(view.box, Qt.Key.Key_Escape)
    assert view.box.text() == ""
    view.search()
    settled()
    assert len(names(view, settled)) == 3


def test_a_heading_sorts_by_the_store(view: CasesView, settled: Wait) -> None:
    section = [column.sort for column in view.table.columns].index("receipt_number")
    for _ in range(2):
        view.rows.horizontalHeader().sectionClicked.emit(section)
    settled()
    assert names(view, settled) == list(NAMES)


def test_a_change_elsewhere_appears_and_the_selection_stays(
    view: CasesView, context: Context, received: Callable[..., Case], settled: Wait
) -> None:
    names(view, settled)
    view.rows.go_to(view.table.ids[1])
    chosen = view.rows.selected_ids()
    received("欧阳春梅")
    context.bus.tell(Changed.of(Kind.CASES))
    settled()
    assert names(view, settled)[0] == "欧阳春梅"
    assert view.rows.selected_ids() == chosen


def test_a_worklist_shows_its_own_cases(view: CasesView, settled: Wait) -> None:
    view.show_worklist("finished")
    settled()
    assert view.count.text() == "没有符合的办件"


def test_what_the_chosen_list_lacks_is_looked_for_in_all(
    qtbot: QtBot, view: CasesView, settled: Wait
) -> None:
    view.show_worklist("finished")
    settled()
    qtbot.keyClicks(view.box, "zgl")
    qtbot.waitUntil(lambda: view.count.text() == "共 1 件")
    assert view.lists.currentData() == "all"
    assert names(view, settled) == ["张桂兰"]


def test_the_desk_counts_and_leads_to_the_lists(
    qtbot: QtBot, context: Context, cases: dict[str, Case], settled: Wait
) -> None:
    desk = DeskView(context)
    qtbot.addWidget(desk)
    settled()
    assert desk.tiles["here"].count.text() == "3"
    assert desk.tiles["results"].count.text() == "0"
    assert "finished" not in desk.tiles
    assert desk.tiles["here"].accessibleName().endswith("3 件")
    with qtbot.waitSignal(context.bus.worklist_wanted) as wanted:
        desk.tiles["to_send"].click()
    assert wanted.args == ["to_send"]


def test_a_draft_is_offered_and_resumed_by_enter(
    qtbot: QtBot, context: Context, workplace: Workplace, settled: Wait
) -> None:
    item = workplace.catalogue.in_force(COUNTY_ITEM, workplace.now().date())
    assert item is not None
    draft = replace(
        new_draft(workplace, item), application=application_from_mapping(application(name="赵𡋾"))
    )
    save_draft(workplace, draft)
    desk = DeskView(context)
    qtbot.addWidget(desk)
    settled()
    assert "赵𡋾" in desk.drafts.item(0).text()
    desk.drafts.setCurrentRow(0)
    with qtbot.waitSignal(context.bus.draft_wanted) as wanted:
        qtbot.keyClick(desk.drafts, Qt.Key.Key_Return)
    assert wanted.args == [draft.draft_id]


def test_an_empty_desk_says_so(qtbot: QtBot, context: Context, settled: Wait) -> None:
    desk = DeskView(context)
    qtbot.addWidget(desk)
    settled()
    assert desk.drafts.item(0).text() == "没有未完成的草稿"
    assert not desk.drafts.item(0).flags() & Qt.ItemFlag.ItemIsEnabled


def test_a_case_received_while_one_looks_is_counted(
    qtbot: QtBot, context: Context, received: Callable[..., Case], settled: Wait
) -> None:
    desk = DeskView(context)
    qtbot.addWidget(desk)
    settled()
    received("吴䶮", VILLAGE_ITEM)
    context.bus.tell(Changed.of(Kind.CASES))
    settled()
    assert desk.tiles["here"].count.text() == "1"
