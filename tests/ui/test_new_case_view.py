"""The intake as a person at a village station does it: real store, real threads, keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM, ID_NUMBER, SUSPENDED_ITEM, item
from stationapp.domain.case import Case, State
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.organisation import Level
from stationapp.domain.people import Applicant
from stationapp.services.completing import completing_draft
from stationapp.services.intake import drafts, resume_draft
from stationapp.services.worklists import case_ids
from stationapp.services.workplace import Workplace
from stationapp.ui.context import Context
from stationapp.ui.materials.panel import MaterialsPanel
from stationapp.ui.new_case.done_page import DonePage
from stationapp.ui.new_case.intake_page import IntakePage
from stationapp.ui.new_case.missing_notice import MissingNoticeDialog
from stationapp.ui.new_case_view import NewCaseView
from windows import at_rest, focused, on_screen, opened, press, received, type_in, with_items
from workplaces import make_workplace

ENTER = Qt.Key.Key_Return
WU = Applicant("吴䶮", "resident_id", ID_NUMBER, "female", "1942-03-07", "13800000000", "抗香村3组")
FORM = {
    "type": "object",
    "properties": {
        "household": {"type": "integer", "title": "家庭人口", "minimum": 1},
        "income": {"type": "string", "format": "money", "title": "月收入"},
        "kind": {"type": "string", "title": "救助类型", "enum": ["急难型", "支出型"]},
    },
    "required": ["household", "kind"],
    "x-order": ["household", "income", "kind"],
}


def choose(qtbot: QtBot, context: Context, view: NewCaseView, text: str) -> IntakePage:
    """Type into the search box and take the first hit."""
    view.search.box.setFocus()
    type_in(text)
    press(ENTER)
    qtbot.waitUntil(lambda: isinstance(view.page, IntakePage))
    at_rest(qtbot, context)
    page = view.page
    assert isinstance(page, IntakePage)
    return page


def is_done(view: NewCaseView) -> bool:
    return isinstance(view.page, DonePage) and view.preview is not None


def type_whole_intake(qtbot: QtBot, context: Context, view: NewCaseView) -> IntakePage:
    """Type from the search box to the last material, with keys only."""
    page = choose(qtbot, context, view, "lsjz")
    type_in(ID_NUMBER)
    press(ENTER)
    type_in("王212FE")
    press(Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    press(ENTER)
    assert focused() is page.form.applicant.phone
    type_in("13800000000")
    press(ENTER)
    type_in("抗香村3组")
    press(ENTER)
    for _ in page.form.materials.rows:
        press(Qt.Key.Key_Space)
        press(ENTER)
    return page


def only_case(workplace: Workplace, worklist: str = "all") -> Case:
    (case_id,) = case_ids(workplace, worklist)
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
    assert record is not None
    return record.case


def close_preview(qtbot: QtBot, context: Context, view: NewCaseView, paper: str) -> DonePage:
    """Wait for the numbers and the paper, close the paper and return the page with the numbers."""
    qtbot.waitUntil(lambda: is_done(view))
    at_rest(qtbot, context)
    preview, page = view.preview, view.page
    assert preview is not None
    assert preview.paper is not None
    assert preview.paper.name == paper
    preview.reject()
    assert isinstance(page, DonePage)
    return page


def test_a_case_is_received_from_the_search_box_to_the_receipt_without_the_mouse(
    qtbot: QtBot, tmp_path: Path
) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        assert focused() is view.search.box
        page = type_whole_intake(qtbot, context, view)
        assert focused() is page.receive_button
        press(ENTER)
        done = close_preview(qtbot, context, view, "material_receipt")
        case = only_case(workplace)
        assert case.state is State.RECEIVED
        assert case.application.applicant == Applicant(
            "王𡋾", "resident_id", ID_NUMBER, "female", "1942-03-07", "13800000000", "抗香村3组"
        )
        assert [(row.originals, row.copies) for row in case.application.materials] == [(1, 1), (1, 1)]
        shown = (done.receipt_number.text(), done.enquiry_code.text())
        assert shown == (case.receipt_number, case.enquiry_code)
        assert drafts(workplace) == []
        view.close()


def test_a_number_that_can_still_become_right_is_not_complained_about(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        applicant = choose(qtbot, context, view, "临时救助").form.applicant
        field = applicant.identity.number_field
        for character in ID_NUMBER[:-1]:
            type_in(character)
            assert not field.is_wrong
        type_in("9")
        assert field.is_wrong
        assert "校验码" in field.note.text()
        press(Qt.Key.Key_Backspace)
        assert not field.is_wrong
        type_in(ID_NUMBER[-1])
        assert not field.is_wrong
        assert (applicant.birth.iso, applicant.sex.currentText()) == ("1942-03-07", "女")
        at_rest(qtbot, context)
        view.close()


def test_a_number_left_half_typed_is_complained_about(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        applicant = choose(qtbot, context, view, "临时救助").form.applicant
        type_in(ID_NUMBER[:12])
        press(ENTER)
        assert "少了6位" in applicant.identity.number_field.note.text()
        at_rest(qtbot, context)
        view.close()


def test_what_is_typed_is_on_disk_without_any_act_and_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with_items(workplace, item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, name="临时救助", form=FORM))
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        page = choose(qtbot, context, view, "临时救助")
        type_in(ID_NUMBER[:10])
        page.form.own.fill({"kind": "急难型"}, {"household": "三"})
        page.form.materials.rows[1].tick.click()
        qtbot.waitUntil(lambda: not page.saver.is_waiting and context.tasks.idle)
        (stored,) = drafts(workplace)
        draft = resume_draft(workplace, stored.draft_id)
        assert draft.application.applicant.document_number == ID_NUMBER[:10]
        assert draft.unfinished["form"] == {"household": "三"}
        later = NewCaseView(context)
        on_screen(qtbot, later)
        later.resume(stored.draft_id)
        qtbot.waitUntil(lambda: isinstance(later.page, IntakePage))
        again = later.page
        assert isinstance(again, IntakePage)
        assert again.form.applicant.identity.number.text() == ID_NUMBER[:10]
        assert again.form.own.unfinished() == {"household": "三"}
        assert again.form.own.values() == {"kind": "急难型"}
        assert [row.material_id for row in again.form.materials.handed_in()] == ["booklet"]
        at_rest(qtbot, context)
        later.close()
        view.close()


def test_who_types_without_a_pause_is_saved_all_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        page = choose(qtbot, context, view, "临时救助")
        type_in("1")
        begun = page.saver._timer.remainingTime()
        type_in("2")
        assert page.saver._timer.remainingTime() <= begun
        qtbot.waitUntil(lambda: len(drafts(workplace)) == 1)
        at_rest(qtbot, context)
        view.close()


def test_escape_keeps_the_draft_and_an_untouched_form_leaves_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        choose(qtbot, context, view, "临时救助")
        with qtbot.waitSignal(context.bus.back_wanted):
            press(Qt.Key.Key_Escape)
        assert drafts(workplace) == []
        choose(qtbot, context, view, "临时救助")
        type_in("5")
        with qtbot.waitSignal(context.bus.back_wanted):
            press(Qt.Key.Key_Escape)
        assert [row.body["application"]["applicant"]["document_number"] for row in drafts(workplace)] == ["5"]
        at_rest(qtbot, context)
        view.close()


def test_refusals_stand_at_their_fields_and_the_draft_goes_on_being_saved(
    qtbot: QtBot, tmp_path: Path
) -> None:
    workplace = make_workplace(tmp_path / "home")
    with_items(workplace, item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, name="临时救助", form=FORM))
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        page = choose(qtbot, context, view, "临时救助")
        type_in(ID_NUMBER)
        page.form.applicant.name.setText("吴䶮")
        press(Qt.Key.Key_F9)
        at_rest(qtbot, context)
        qtbot.waitUntil(page.receive_button.isEnabled)
        own = page.form.own.fields
        assert [own[name].is_wrong for name in ("household", "income", "kind")] == [True, False, True]
        assert all("缺少材料" in row.note.text() for row in page.form.materials.rows)
        assert not page.form.applicant.name_field.is_wrong
        assert focused() is own["household"].editor
        assert case_ids(workplace, "all") == []
        page.form.own.fill({"household": 3}, {})
        assert not own["household"].is_wrong
        assert page.saver.is_waiting
        qtbot.waitUntil(lambda: len(drafts(workplace)) == 1)
        at_rest(qtbot, context)
        view.close()


def test_an_unfinished_value_is_not_received_as_an_empty_one(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    form = {**FORM, "required": []}
    with_items(workplace, item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, name="临时救助", form=form))
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        page = choose(qtbot, context, view, "临时救助")
        page.form.applicant.fill(WU)
        page.form.own.fill({}, {"household": "三口人"})
        for row in page.form.materials.rows:
            row.tick.click()
        press(Qt.Key.Key_F9)
        at_rest(qtbot, context)
        assert page.form.own.fields["household"].is_wrong
        assert case_ids(workplace, "all") == []
        view.close()


def test_a_closed_item_is_listed_with_the_reason_and_cannot_be_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        type_in(SUSPENDED_ITEM)
        press(ENTER)
        qtbot.waitUntil(lambda: view.search.field.is_wrong)
        assert "已暂停办理" in view.search.field.note.text()
        assert not isinstance(view.page, IntakePage)
        at_rest(qtbot, context)
        view.close()


def test_enter_means_what_was_typed_and_not_the_list_still_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        at_rest(qtbot, context)
        page = choose(qtbot, context, view, "sbk")
        assert page.form.item.name == "社保卡状态查询"
        at_rest(qtbot, context)
        view.close()


def test_a_missing_material_is_brought_into_sight_with_what_is_said_of_it(
    qtbot: QtBot, tmp_path: Path
) -> None:
    workplace = make_workplace(tmp_path / "home")
    many = item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, name="临时救助")
    more = tuple(replace(many.materials[0], material_id=f"paper-{number}") for number in range(12))
    with_items(workplace, replace(many, materials=more))
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        page = choose(qtbot, context, view, "临时救助")
        page.form.applicant.fill(WU)
        rows = page.form.materials.rows
        for row in rows[:-1]:
            row.tick.click()
        assert rows[-1].note.visibleRegion().isEmpty()
        press(Qt.Key.Key_F9)
        qtbot.waitUntil(lambda: not rows[-1].note.visibleRegion().isEmpty())
        assert rows[-1].note.visibleRegion().boundingRect() == rows[-1].note.rect()
        assert focused() is rows[-1].tick
        at_rest(qtbot, context)
        view.close()


def test_completing_begins_at_what_is_missing(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        panel = MaterialsPanel(context, item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED).materials)
        on_screen(qtbot, panel)
        panel.rows[0].tick.click()
        panel.begin()
        assert focused() is panel.rows[1].tick
        panel.close()


def test_all_that_is_missing_is_told_once_and_completed_later(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        page = choose(qtbot, context, view, "临时救助")
        page.form.applicant.fill(WU)
        page.form.materials.rows[0].tick.click()
        assert page.notice_button.isEnabled()
        page.notice_button.click()
        (dialog,) = page.findChildren(MissingNoticeDialog)
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
        close_preview(qtbot, context, view, "supplement_notice")
        incomplete = only_case(workplace, "incomplete")
        draft_id, _ = completing_draft(workplace, incomplete)
        assert completing_draft(workplace, incomplete)[0] == draft_id
        view.resume(draft_id)
        qtbot.waitUntil(lambda: isinstance(view.page, IntakePage))
        again = view.page
        assert isinstance(again, IntakePage)
        assert not again.notice_button.isEnabled()
        again.form.materials.rows[1].tick.click()
        again.receive_button.click()
        done = close_preview(qtbot, context, view, "material_receipt")
        assert done.receipt_number.text() == incomplete.receipt_number
        assert case_ids(workplace, "incomplete") == []
        view.close()


def test_people_served_before_are_offered_and_fill_the_form(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    received(workplace, COUNTY_ITEM, WU)
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        applicant = choose(qtbot, context, view, "临时救助").form.applicant
        type_in(ID_NUMBER[:8])
        qtbot.waitUntil(applicant.offers.isVisible)
        press(Qt.Key.Key_Down)
        press(ENTER)
        assert applicant.applicant() == WU
        assert focused() is applicant.phone
        at_rest(qtbot, context)
        view.close()


def test_a_known_number_with_another_name_is_worth_a_warning(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    received(workplace, COUNTY_ITEM, WU)
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        applicant = choose(qtbot, context, view, "临时救助").form.applicant
        type_in(ID_NUMBER)
        press(ENTER)
        type_in("吴龑")
        press(ENTER)
        qtbot.waitUntil(lambda: "吴䶮" in applicant.name_field.note.text())
        assert not applicant.name_field.is_wrong
        at_rest(qtbot, context)
        view.close()


def test_a_private_character_is_pointed_out_and_an_old_one_made_standard(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        applicant = choose(qtbot, context, view, "临时救助").form.applicant
        applicant.name.setFocus()
        type_in("吴\ue863")
        assert "U+E863" in applicant.name_field.note.text()
        press(ENTER)
        assert applicant.name.text() == "吴䶮"
        at_rest(qtbot, context)
        view.close()


@pytest.mark.parametrize("leaves_by", ["hiding", "another draft"])
def test_nothing_typed_is_lost_by_going_elsewhere(qtbot: QtBot, tmp_path: Path, leaves_by: str) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        choose(qtbot, context, view, "临时救助")
        type_in("51")
        if leaves_by == "hiding":
            view.hide()
        else:
            view.start()
        at_rest(qtbot, context)
        assert len(drafts(workplace)) == 1
        QApplication.processEvents()
        view.close()


def test_a_received_case_leaves_no_draft_behind_however_late_the_last_save(
    qtbot: QtBot, tmp_path: Path
) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = NewCaseView(context)
        on_screen(qtbot, view)
        page = choose(qtbot, context, view, "临时救助")
        page.form.applicant.fill(WU)
        for row in page.form.materials.rows:
            row.tick.click()
        page.saver.save()
        page.receive()
        page.saver.touch()
        assert not page.saver.is_waiting
        qtbot.waitUntil(lambda: is_done(view))
        at_rest(qtbot, context)
        assert drafts(workplace) == []
        assert len(case_ids(workplace, "all")) == 1
        assert view.preview is not None
        view.preview.reject()
        view.close()
