"""What an intake knows besides the plain one: mending, promises, other places, doubles, and papers of the item."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desks_at_work import WANG, desks
from small_county import (
    COUNTY_ITEM,
    PROMISE_ITEM,
    SECOND_TOWNSHIP,
    SECOND_VILLAGE,
    SHARED_DIVISION,
    SUSPENDED_ITEM,
)
from stationapp.domain.case import Case, State
from stationapp.services.case_details import details
from stationapp.services.workplace import Workplace
from stationapp.ui.case_view import CaseView
from stationapp.ui.context import Context
from stationapp.ui.new_case.done_page import DonePage
from stationapp.ui.new_case.guide_panel import GuidePanel
from stationapp.ui.new_case.intake_page import IntakePage
from stationapp.ui.new_case_view import NewCaseView
from windows import at_rest, on_screen, opened, press
from workplaces import make_workplace


def new_case(qtbot: QtBot, context: Context) -> NewCaseView:
    view = NewCaseView(context)
    context.bus.draft_wanted.connect(view.resume)
    on_screen(qtbot, view)
    at_rest(qtbot, context)
    return view


def begun(qtbot: QtBot, context: Context, view: NewCaseView, code: str) -> IntakePage:
    workplace = context.workplace
    item = workplace.catalogue.in_force(code, workplace.now().date())
    assert item is not None
    view._begin(item)
    page = view.page
    assert isinstance(page, IntakePage)
    page.form.applicant.fill(WANG)
    return page


def finished(qtbot: QtBot, context: Context, view: NewCaseView) -> DonePage:
    qtbot.waitUntil(lambda: isinstance(view.page, DonePage) and view.preview is not None)
    at_rest(qtbot, context)
    assert view.preview is not None
    view.preview.reject()
    page = view.page
    assert isinstance(page, DonePage)
    return page


def case_at(workplace: Workplace, receipt_number: str) -> Case:
    with workplace.store.read() as unit:
        case_id = unit.cases.by_number(receipt_number)
    assert case_id is not None
    return details(workplace, case_id).case


def test_what_was_sent_back_is_mended_and_received_under_its_number(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_township()
        at.act("clerk", case_id, "send_back", to_desk=at.at("agent").desk.desk_id)
        at.carry(case_id, "clerk", "agent")
        agent = at.at("agent")
        number = details(agent, case_id).case.receipt_number
        with opened(agent) as context:
            view = new_case(qtbot, context)
            case_view = CaseView(context, case_id)
            qtbot.addWidget(case_view)
            at_rest(qtbot, context)
            button = case_view.actions_panel.buttons["receive"]
            assert "更正后重新收件" in button.text()
            button.click()
            qtbot.waitUntil(lambda: isinstance(view.page, IntakePage))
            page = view.page
            assert isinstance(page, IntakePage)
            assert "沉抗镇便民服务中心退回更正：姓名录错" in page.form._warning.text()
            assert not page.notice_button.isVisible()
            page.form.applicant.name.setText("王㛃")
            assert page.receive_button.text() == "更正后重新收件（F9）"
            page.receive_button.click()
            done = finished(qtbot, context, view)
            assert done.receipt_number.text() == number
            case = details(agent, case_id).case
            assert (case.state, case.application.applicant.name) == (State.RECEIVED, "王㛃")
            case_view.close()
            view.close()


def test_a_material_is_promised_by_a_day_instead_of_handed_in(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = new_case(qtbot, context)
        page = begun(qtbot, context, view, PROMISE_ITEM)
        id_card, booklet = page.form.materials.rows
        assert not id_card.promise.isVisible()
        assert page.form.materials.lacking() == 2
        id_card.tick.click()
        booklet.promise.tick.click()
        assert "补交日期" in booklet.note.text()
        assert page.form.materials.lacking() == 1
        booklet.promise.day.set_text("2026-12-31")
        assert page.form.materials.lacking() == 0
        page.receive_button.click()
        done = finished(qtbot, context, view)
        case = case_at(workplace, done.receipt_number.text())
        promised = {row.material_id: row.promised_by for row in case.application.materials}
        assert promised == {"id-card": "", "booklet": "2026-12-31"}
        view.close()


def test_what_lies_on_the_table_is_not_promised(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = new_case(qtbot, context)
        page = begun(qtbot, context, view, PROMISE_ITEM)
        booklet = page.form.materials.rows[1]
        booklet.promise.put("2026-12-31")
        booklet.tick.click()
        given = booklet.handed_in()
        assert given is not None
        assert (given.originals, given.promised_by) == (1, "")
        view.close()


def test_a_promise_for_yesterday_is_refused_at_its_material(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = new_case(qtbot, context)
        page = begun(qtbot, context, view, PROMISE_ITEM)
        page.form.materials.rows[0].tick.click()
        page.form.materials.rows[1].promise.put("2026-11-19")
        page.receive_button.click()
        qtbot.waitUntil(lambda: bool(page.note.text()))
        at_rest(qtbot, context)
        assert "应晚于今天" in page.form.materials.rows[1].note.text()
        view.close()


def test_another_place_is_found_by_part_of_its_name(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = new_case(qtbot, context)
        page = begun(qtbot, context, view, COUNTY_ITEM)
        other = page.form.other
        assert not other.is_open
        press(Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: other.is_open)
        for choice, typed in ((other.division, "云林村（"), (other.result_to, "忠兴镇")):
            choice.setFocus()
            line = choice.lineEdit()
            assert line is not None
            line.setText(typed)
        page.form.materials.rows[0].tick.setFocus()
        assert other.values()["result_to"] == SECOND_TOWNSHIP
        page.form.attorney.put("present")
        for row in page.form.materials.rows:
            row.tick.click()
        page.receive_button.click()
        done = finished(qtbot, context, view)
        application = case_at(workplace, done.receipt_number.text()).application
        assert (application.division, application.result_to) == ("510704106201", SECOND_TOWNSHIP)
        assert application.attorney == "present"
        view.close()


def test_a_name_that_fits_nothing_leaves_the_usual(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = new_case(qtbot, context)
        other = begun(qtbot, context, view, COUNTY_ITEM).form.other
        other.unfold()
        other.division.setFocus()
        line = other.division.lineEdit()
        assert line is not None
        line.setText("没有这个地方")
        other.result_to.setFocus()
        assert (other.division.value, other.division.currentText()) == ("", "本站点服务的区划")
        other.division.choose(SHARED_DIVISION)
        assert other.values()["division"] == SHARED_DIVISION
        other.division.choose("110000000000")
        assert other.values()["division"] == ""
        assert SECOND_VILLAGE in [other.result_to.itemData(row) for row in range(other.result_to.count())]
        view.close()


def test_a_second_case_of_the_same_person_and_item_is_warned_of(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.received()
        with opened(at.at("agent")) as context:
            number = details(context.workplace, case_id).case.receipt_number
            view = new_case(qtbot, context)
            page = begun(qtbot, context, view, COUNTY_ITEM)
            qtbot.waitUntil(page.form.double.isVisible)
            at_rest(qtbot, context)
            assert number in page.form.double.note.text()
            with qtbot.waitSignal(context.bus.case_wanted) as wanted:
                page.form.double.open_button.click()
            assert wanted.args == [case_id]
            page.form.applicant.identity.number.clear()
            assert not page.form.double.isVisible()
            other = begun(qtbot, context, view, PROMISE_ITEM)
            qtbot.waitUntil(lambda: not other.form.double._timer.isActive())
            at_rest(qtbot, context)
            assert not other.form.double.isVisible()
            view.close()


def test_the_power_of_attorney_is_printed_from_the_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = new_case(qtbot, context)
        page = begun(qtbot, context, view, COUNTY_ITEM)
        for row in page.form.materials.rows:
            row.tick.click()
        page.receive_button.click()
        done = finished(qtbot, context, view)
        assert "由申请人签名" in done.note.text()
        done.attorney.click()
        at_rest(qtbot, context)
        assert view.preview is not None
        assert view.preview.paper is not None
        assert view.preview.paper.name == "power_of_attorney"
        view.preview.reject()
        done.sign_button.click()
        qtbot.waitUntil(lambda: "已登记" in done.note.text())
        at_rest(qtbot, context)
        case = case_at(context.workplace, done.receipt_number.text())
        assert case.fact("note_attorney", "attorney") == "paper"
        view.close()


def test_guide_and_poster_are_printed_beside_the_item(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        panel = GuidePanel(context)
        on_screen(qtbot, panel)
        assert not panel.print_guide.isEnabled()
        item = workplace.catalogue.in_force(SUSPENDED_ITEM, workplace.now().date())
        panel.show_item(item)
        for button, name in ((panel.print_guide, "item_guide"), (panel.print_poster, "publicity_sheet")):
            button.click()
            at_rest(qtbot, context)
            assert panel.preview is not None
            assert panel.preview.paper is not None
            assert panel.preview.paper.name == name
            panel.preview.reject()
        panel.close()
