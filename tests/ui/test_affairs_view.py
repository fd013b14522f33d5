"""Services around a case on the screen: opened, listed, gone on with, and the queue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from desks_at_work import WANG
from small_county import COUNTY_ITEM
from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import State
from stationapp.domain.people import Applicant
from stationapp.domain.social_credit import social_credit_check_character
from stationapp.services.absences import leave
from stationapp.services.affairs import affair_ids
from stationapp.services.appointments import book
from stationapp.services.case_details import details
from stationapp.services.intake import resume_draft
from stationapp.services.projects import add_case, open_project
from stationapp.services.queue import queue_of_today, take
from stationapp.store.records import TicketState
from stationapp.ui.affairs.open_dialog import OpenAffairDialog
from stationapp.ui.affairs.shapes import SHAPES, asks_of
from stationapp.ui.affairs_view import AffairsView
from stationapp.ui.case.slot_editor import SlotEditor
from stationapp.ui.case_view import CaseView
from stationapp.ui.context import Context
from stationapp.ui.desk_view import DeskView
from windows import at_rest, on_screen, opened, press, received
from workplaces import make_workplace


def shown(qtbot: QtBot, context: Context, kind: AffairKind) -> AffairsView:
    view = AffairsView(context)
    on_screen(qtbot, view)
    view.show_kind(kind)
    at_rest(qtbot, context)
    return view


def write(dialog: OpenAffairDialog, **texts: str) -> None:
    """Fill the dialog's questions."""
    for name, text in texts.items():
        editor = dialog.form.fields[name].editor
        if isinstance(editor, QPlainTextEdit):
            editor.setPlainText(text)
        else:
            (editor if hasattr(editor, "setText") else editor.line).setText(text)


@pytest.mark.parametrize("kind", list(AffairKind))
def test_every_kind_can_be_opened_in_a_window_of_its_own(
    qtbot: QtBot, tmp_path: Path, kind: AffairKind
) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        dialog = OpenAffairDialog(context, kind)
        on_screen(qtbot, dialog)
        assert list(dialog.form.fields) == [ask.name for ask in asks_of(kind)]
        assert bool(SHAPES[kind].person) == ("name" in dialog.fields)
        assert dialog.opening().kind is kind
        dialog.reject()


def test_a_question_is_registered_and_answered_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = shown(qtbot, context, AffairKind.CONSULTATION)
        assert view.open_button.text().startswith("登记咨询")
        dialog = view.open_new()
        dialog.ok_button.click()
        assert dialog.form.fields["question"].is_wrong
        dialog.person.setText("王㛃")
        write(dialog, question="低保怎么申请？", answer="到村里申请。", basis="低保办事指南")
        qtbot.waitUntil(dialog.isActiveWindow)
        press(Qt.Key.Key_F9)
        qtbot.waitUntil(lambda: bool(affair_ids(workplace, AffairKind.CONSULTATION)))
        at_rest(qtbot, context)
        (case_id,) = affair_ids(workplace, AffairKind.CONSULTATION)
        case = details(workplace, case_id).case
        assert (case.state, case.application.applicant.name) == (State.ANSWERED, "王㛃")
        view.open_only.setChecked(False)
        at_rest(qtbot, context)
        assert view.table.ids == [case_id]
        view.close()


def test_an_appointment_offers_the_slots_of_the_day(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = shown(qtbot, context, AffairKind.APPOINTMENT)
        dialog = view.open_new()
        dialog.person.setText("王㛃")
        dialog.phone.setText("13800000000")
        dialog.subject.setText("办社保卡")
        write(dialog, day="2026-11-23")
        at_rest(qtbot, context)
        slot = dialog.form.editors["slot"]
        assert isinstance(slot, SlotEditor)
        assert slot.widget.count() > 3
        slot.widget.setCurrentIndex(2)
        chosen = slot.fact()
        assert len(chosen) == 5
        dialog.ok_button.click()
        qtbot.waitUntil(lambda: bool(affair_ids(workplace, AffairKind.APPOINTMENT)))
        at_rest(qtbot, context)
        (case_id,) = affair_ids(workplace, AffairKind.APPOINTMENT)
        assert details(workplace, case_id).case.fact("book_appointment", "slot") == chosen
        case_view = CaseView(context, case_id)
        on_screen(qtbot, case_view)
        at_rest(qtbot, context)
        assert {"rebook_appointment", "cancel_appointment"} <= set(case_view.actions_panel.buttons)
        assert not case_view.tabs.isTabVisible(case_view.tabs.indexOf(case_view.clocks))
        rebook = case_view.open_move(
            next(move for move, _ in case_view.details.moves if move.name == "rebook_appointment")
            if case_view.details
            else pytest.fail("not shown")
        )
        assert rebook is not None
        assert set(rebook.fields) == {"day", "slot"}
        rebook.reject()
        case_view.close()
        view.close()


def test_a_weekend_has_no_slots_and_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = shown(qtbot, context, AffairKind.APPOINTMENT)
        dialog = view.open_new()
        write(dialog, day="2026-11-22")
        at_rest(qtbot, context)
        assert "没有空余的时段" in dialog.form.fields["slot"].note.text()
        dialog.reject()
        view.close()


def test_a_refusal_of_the_person_stands_at_the_person(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = shown(qtbot, context, AffairKind.APPOINTMENT)
        dialog = view.open_new()
        dialog.subject.setText("办社保卡")
        write(dialog, day="2026-11-23")
        at_rest(qtbot, context)
        dialog.ok_button.click()
        at_rest(qtbot, context)
        assert dialog.isVisible()
        assert any(field.is_wrong for field in dialog.fields.values()) or dialog.note.text()
        dialog.reject()
        view.close()


def test_whoever_leaves_is_named_with_post_and_hours(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = shown(qtbot, context, AffairKind.ABSENCE)
        dialog = view.open_new()
        write(dialog, until_on="2026-11-20", until_at="1730")
        facts = dialog.opening().facts
        assert (facts["post_id"], facts["person_id"]) == ("agent", "p-agent")
        assert facts["until_at"] == "17:30"
        dialog.ok_button.click()
        qtbot.waitUntil(lambda: bool(affair_ids(workplace, AffairKind.ABSENCE)))
        at_rest(qtbot, context)
        assert view.table.rowCount() == 1
        view.close()


def test_the_queue_calls_passes_over_and_finishes(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    for business in ("社保", "低保"):
        take(workplace, business)
    with opened(workplace) as context:
        view = shown(qtbot, context, AffairKind.APPOINTMENT)
        window = view.open_queue()
        at_rest(qtbot, context)
        assert window.number.text() == "—"
        for wanted in ("A001", "A002"):
            window.next_button.click()
            at_rest(qtbot, context)
            assert window.number.text() == wanted
        window.skip_button.click()
        at_rest(qtbot, context)
        assert window.number.text() == "A001"
        window.done_button.click()
        at_rest(qtbot, context)
        states = {place.number: place.ticket.state for place in queue_of_today(workplace)}
        assert states == {"A001": TicketState.DONE, "A002": TicketState.SKIPPED}
        window.next_button.click()
        at_rest(qtbot, context)
        assert window.note.text() == "现在没有人等候。"
        window.business.setText("医保")
        window.take_button.click()
        at_rest(qtbot, context)
        assert window.preview is not None
        assert window.preview.paper is not None
        assert window.preview.paper.name == "queue_ticket"
        window.preview.reject()
        window.reject()
        assert view.queue is None
        view.close()


def test_an_answer_is_taken_over_from_a_guide(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = shown(qtbot, context, AffairKind.CONSULTATION)
        dialog = view.open_new()
        asked = dialog.open_faq()
        at_rest(qtbot, context)
        asked.box.setText("社会团体")
        at_rest(qtbot, context)
        texts = [asked.list.item(row).text() for row in range(asked.list.count())]
        assert "办理“社会团体成立登记”要带什么材料？" in texts
        asked.list.setCurrentRow(texts.index("办理“社会团体成立登记”要带什么材料？"))
        asked.take()
        facts = dialog.opening().facts
        assert "居民身份证" in facts["answer"]
        assert "社会团体成立登记" in facts["basis"]
        dialog.reject()
        view.close()


def test_a_home_visit_becomes_a_draft_of_its_item(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    asks = {"to_desk": workplace.desk.desk_id, "day": "2026-11-23", "slot": "09:00", "manner": "home"}
    visitor = replace(WANG, document_kind="", document_number="")
    case, _ = book(workplace, "", visitor, {**asks, "address": "抗香村3组"}, item_code=COUNTY_ITEM)
    with opened(workplace) as context:
        view = CaseView(context, case.case_id)
        on_screen(qtbot, view)
        at_rest(qtbot, context)
        with qtbot.waitSignal(context.bus.draft_wanted) as wanted:
            view.actions_panel.buttons["receive"].click()
        at_rest(qtbot, context)
        application = resume_draft(workplace, wanted.args[0]).application
        assert (application.item_code, application.applicant.name) == (COUNTY_ITEM, "王𡋾")
        view.close()


def test_a_project_shows_its_cases_and_how_far_they_are(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    member = received(workplace, COUNTY_ITEM, WANG)
    enterprise = Applicant("绵阳测试有限公司", "", "", phone="13800000000")
    first_17 = "91510700MA6000001"
    facts = {"credit_code": first_17 + social_credit_check_character(first_17)}
    with opened(workplace) as context:
        case, _ = open_project(workplace, "厂房建设", enterprise, facts)
        add_case(workplace, case.case_id, member.receipt_number)
        view = CaseView(context, case.case_id)
        on_screen(qtbot, view)
        at_rest(qtbot, context)
        assert view.tabs.isTabVisible(view.tabs.indexOf(view.project))
        assert view.project.table.texts() == [[member.receipt_number, "王𡋾", "临时救助", "已收件"]]
        assert "责任代办员 测试agent" in view.project.summary.text()
        with qtbot.waitSignal(context.bus.case_wanted) as wanted:
            view.project.table.itemActivated.emit(view.project.table.item(0, 0))
        assert wanted.args == [member.case_id]
        view.close()


def test_the_desk_says_who_is_away(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    leave(workplace, {"cause": "meeting", "until_on": "2026-11-20", "until_at": "17:30"})
    with opened(workplace) as context:
        desk = DeskView(context)
        on_screen(qtbot, desk)
        at_rest(qtbot, context)
        assert "测试agent 离岗，预计 2026-11-20 17:30 回岗" in desk.away.text()
        desk.close()
