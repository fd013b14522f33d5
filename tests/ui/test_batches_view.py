"""Handing over and signing for, on the stores of a village and its township."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM, TOWNSHIP, TOWNSHIP_ITEM, VILLAGE_ITEM
from stationapp.domain.case import Case, State
from stationapp.domain.check_character import check_character
from stationapp.domain.people import Applicant, HandedIn
from stationapp.services.batches import send_batch
from stationapp.services.casework import act
from stationapp.services.handovers import candidates
from stationapp.services.intake import new_draft, receive
from stationapp.services.workplace import Workplace
from stationapp.ui.batches_view import BatchesView
from stationapp.ui.context import Context
from windows import at_rest, carry, focused, on_screen, opened, press, received
from workplaces import make_workplace

NAMES = ("吴䶮", "王𡋾", "㛃测试", "𬭎测试")


def some_cases(workplace: Workplace, code: str = COUNTY_ITEM) -> list[Case]:
    """One case for each of some people."""
    cases = []
    for number, name in enumerate(NAMES):
        first_17 = f"51070419700101{number:03d}"
        cases.append(
            received(workplace, code, Applicant(name, "resident_id", first_17 + check_character(first_17)))
        )
    return cases


def state_of(workplace: Workplace, case_id: str) -> State:
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
    assert record is not None
    return record.case.state


def shown(qtbot: QtBot, context: Context, tab: int) -> BatchesView:
    view = BatchesView(context)
    view.tabs.setCurrentIndex(tab)
    on_screen(qtbot, view)
    at_rest(qtbot, context)
    return view


def test_only_what_this_desk_may_send_on_is_offered(tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    applicant = Applicant("吴䶮", "resident_id", "510721194203078528")
    county = received(workplace, COUNTY_ITEM, applicant)
    received(workplace, VILLAGE_ITEM, applicant)
    township = received(workplace, TOWNSHIP_ITEM, applicant)
    found = candidates(workplace)
    assert [(row.case.case_id, row.move.name, row.to_desk) for row in found] == [
        (county.case_id, "hand_over", TOWNSHIP),
        (township.case_id, "hand_over", TOWNSHIP),
    ]
    workplace.store.close()


def test_ticked_cases_go_as_one_batch_and_the_list_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    cases = some_cases(workplace)
    with opened(workplace) as context:
        view = shown(qtbot, context, 0)
        tab = view.send_tab
        assert not tab.send_button.isEnabled()
        assert tab.target.currentData() == TOWNSHIP
        tab.table.setFocus()
        press(Qt.Key.Key_Space)
        press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Space)
        assert tab.table.ticked() == [cases[0].case_id, cases[1].case_id]
        assert "2 件" in tab.send_button.text()
        tab.send_button.click()
        qtbot.waitUntil(lambda: tab.preview is not None and tab.preview.paper is not None)
        at_rest(qtbot, context)
        assert tab.preview is not None
        assert tab.preview.paper is not None
        assert tab.preview.paper.name == "handover_list"
        tab.preview.reject()
        assert tab.table.rowCount() == 2
        ((number, _, to, count, signed, *_rest),) = tab.sent_table.texts()
        assert (to, count, signed) == ("沉抗镇便民服务中心", "2", "0")
        assert number == tab.preview.paper.number
        assert [state_of(workplace, case.case_id) for case in cases] == [
            State.IN_TRANSIT,
            State.IN_TRANSIT,
            State.RECEIVED,
            State.RECEIVED,
        ]
        view.close()


def test_a_case_that_changed_meanwhile_stops_the_whole_batch_and_is_named(
    qtbot: QtBot, tmp_path: Path
) -> None:
    workplace = make_workplace(tmp_path / "home")
    cases = some_cases(workplace)
    with opened(workplace) as context:
        view = shown(qtbot, context, 0)
        view.send_tab.table.tick_all()
        send_batch(workplace, [cases[2].case_id])
        view.send_tab.send()
        at_rest(qtbot, context)
        assert cases[2].receipt_number in view.send_tab.note.text()
        assert state_of(workplace, cases[0].case_id) is State.RECEIVED
        view.close()


def arrived(tmp_path: Path, known: int = len(NAMES)) -> tuple[Workplace, Workplace, list[Case]]:
    """A batch of four on its way to the township, which knows the first few of them."""
    village, township = make_workplace(tmp_path / "village"), make_workplace(tmp_path / "township", "clerk")
    cases = some_cases(village)
    send_batch(village, [case.case_id for case in cases])
    carry([case.case_id for case in cases[:known]], village, township)
    return village, township, cases


def test_cases_are_signed_for_one_by_one_with_what_differs(qtbot: QtBot, tmp_path: Path) -> None:
    village, township, cases = arrived(tmp_path, known=3)
    with opened(township) as context:
        view = shown(qtbot, context, 1)
        tab = view.sign_tab
        assert "4 件" in tab.arrival.text()
        assert "已到 3 件" in tab.arrival.text()
        assert "1 件尚未同步" in tab.arrival.text()
        tab.table.tick([cases[0].case_id, cases[1].case_id])
        tab.table.write(cases[1].case_id, "户口簿只有复印件")
        tab.sign_button.click()
        at_rest(qtbot, context)
        qtbot.waitUntil(lambda: "已签收 2 件" in tab.note.text())
        at_rest(qtbot, context)
        assert [state_of(township, case.case_id) for case in cases[:3]] == [
            State.SIGNED_FOR,
            State.SIGNED_FOR,
            State.IN_TRANSIT,
        ]
        with township.store.read() as unit:
            record = unit.cases.get(cases[1].case_id)
        assert record is not None
        assert record.case.fact("sign_for", "differences") == "户口簿只有复印件"
        tab.table.tick_all()
        assert tab.table.ticked() == [cases[2].case_id]
        view.close()
    village.store.close()


def test_a_difference_being_written_survives_news_from_the_hub(qtbot: QtBot, tmp_path: Path) -> None:
    village, township, cases = arrived(tmp_path, known=2)
    with opened(township) as context:
        view = shown(qtbot, context, 1)
        tab = view.sign_tab
        tab.table.tick([cases[0].case_id])
        tab.table.write(cases[0].case_id, "少一页")
        carry([cases[2].case_id], village, township)
        tab.load()
        at_rest(qtbot, context)
        assert tab.table.rowCount() == 3
        assert tab.table.ticked() == [cases[0].case_id]
        assert tab.table.notes() == {cases[0].case_id: "少一页"}
        view.close()
    village.store.close()


def test_declined_cases_go_back_with_one_reason_and_none_without(qtbot: QtBot, tmp_path: Path) -> None:
    village, township, cases = arrived(tmp_path)
    with opened(township) as context:
        view = shown(qtbot, context, 1)
        tab = view.sign_tab
        tab.table.tick([cases[3].case_id])
        dialog = tab.ask_reason()
        dialog._give()
        assert dialog.field.is_wrong
        dialog.reason.setPlainText("件数不符")
        dialog._give()
        at_rest(qtbot, context)
        qtbot.waitUntil(lambda: "已拒收 1 件" in tab.note.text())
        at_rest(qtbot, context)
        assert state_of(township, cases[3].case_id) is State.RECEIVED
        assert tab.batch_table.texts()[0][-1] == "1"
        view.close()
    village.store.close()


def test_space_ticks_and_enter_opens_a_case(qtbot: QtBot, tmp_path: Path) -> None:
    village, township, cases = arrived(tmp_path)
    with opened(township) as context:
        view = shown(qtbot, context, 1)
        view.sign_tab.table.setFocus()
        assert focused() is view.sign_tab.table
        press(Qt.Key.Key_Space)
        assert view.sign_tab.table.ticked() == [cases[0].case_id]
        with qtbot.waitSignal(context.bus.case_wanted) as asked:
            press(Qt.Key.Key_Return)
        assert asked.args == [cases[0].case_id]
        view.close()
    village.store.close()


def test_a_new_batch_is_shown_once_the_one_before_is_done_with(qtbot: QtBot, tmp_path: Path) -> None:
    village, township, _ = arrived(tmp_path)
    with opened(township) as context:
        view = shown(qtbot, context, 1)
        tab = view.sign_tab
        assert view.tabs.tabText(1).startswith("签收 4 件")
        tab.table.tick_all()
        tab.sign_button.click()
        qtbot.waitUntil(lambda: "已签收 4 件" in tab.note.text())
        at_rest(qtbot, context)
        assert view.tabs.tabText(1) == "签收（&S）"
        later = received(village, COUNTY_ITEM, Applicant("赵测试", "resident_id", "510721194203078528"))
        send_batch(village, [later.case_id])
        carry([later.case_id], village, township)
        tab.load()
        at_rest(qtbot, context)
        assert tab.note.text() == ""
        tab.table.tick_all()
        assert tab.table.ticked() == [later.case_id]
        view.close()
    village.store.close()


def test_what_was_said_of_a_batch_is_over_when_another_case_can_be_sent(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    some_cases(workplace)
    with opened(workplace) as context:
        view = shown(qtbot, context, 0)
        tab = view.send_tab
        assert view.tabs.tabText(0).startswith("移交 4 件")
        tab.table.tick_all()
        tab.send()
        qtbot.waitUntil(lambda: tab.preview is not None and tab.preview.paper is not None)
        at_rest(qtbot, context)
        assert tab.preview is not None
        tab.preview.reject()
        assert "已移交，共 4 件" in tab.note.text()
        received(workplace, COUNTY_ITEM, Applicant("赵测试", "resident_id", "510721194203078528"))
        tab.load()
        at_rest(qtbot, context)
        assert tab.note.text() == ""
        tab.table.tick_all()
        tab.send()
        qtbot.waitUntil(lambda: "共 1 件" in tab.note.text())
        at_rest(qtbot, context)
        assert tab.sent_table.currentRow() == 0
        assert [row[3] for row in tab.sent_table.texts()] == ["1", "4"]
        tab.sent_table.selectRow(1)
        tab.load()
        at_rest(qtbot, context)
        assert tab.sent_table.currentRow() == 1
        view.close()


def test_a_case_without_authority_is_named_and_comes_once_it_is_on_file(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    item = workplace.catalogue.in_force(COUNTY_ITEM, workplace.now().date())
    assert item is not None
    draft = new_draft(workplace, item)
    person = Applicant("吴䶮", "resident_id", "510721194203078528")
    rows = tuple(HandedIn(row.material_id, row.name, 1, 1) for row in item.materials)
    case, _ = receive(
        workplace, replace(draft, application=replace(draft.application, applicant=person, materials=rows))
    )
    with opened(workplace) as context:
        view = shown(qtbot, context, 0)
        tab = view.send_tab
        assert tab.table.rowCount() == 0
        assert case.receipt_number in tab.held_back.text()
        assert "委托书" in tab.held_back.text()
        act(workplace, case.case_id, "note_attorney", {"attorney": "paper"})
        tab.load()
        at_rest(qtbot, context)
        assert tab.held_back.text() == ""
        assert tab.table.rowCount() == 1
        view.close()
