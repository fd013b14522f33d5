"""One case on the screen: its head, history, materials, moves and papers, on real stores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM, ID_NUMBER, PROMISE_ITEM, TOWNSHIP_ITEM, VILLAGE_ITEM
from stationapp.domain.case import State
from stationapp.domain.people import Applicant, Attachment, HandedIn
from stationapp.services.batches import send_batch, sign_for
from stationapp.services.casework import act
from stationapp.services.intake import new_draft, receive
from stationapp.services.scans import attach_bytes
from stationapp.services.workplace import Workplace
from stationapp.ui.case.ask_editors import DayEditor, MaterialsEditor, MissingEditor
from stationapp.ui.case_view import CaseView
from stationapp.ui.context import Context
from stationapp.ui.move_dialog import MoveDialog
from stationapp.ui.paper.scan_viewer import ScanViewer
from windows import at_rest, carry, on_screen, opened, press, received
from workplaces import make_workplace

WANG = Applicant("王𡋾", "resident_id", ID_NUMBER, "female", "1942-03-07", "13800000000", "抗香村3组")


def shown(qtbot: QtBot, context: Context, case_id: str) -> CaseView:
    view = CaseView(context, case_id)
    on_screen(qtbot, view)
    at_rest(qtbot, context)
    return view


def open_dialog(view: CaseView, name: str) -> MoveDialog:
    """Press a move's button and return its window."""
    view.actions_panel.buttons[name].click()
    (dialog,) = [found for found in view.findChildren(MoveDialog) if found.isVisible()]
    return dialog


def at_township(tmp_path: Path, code: str) -> tuple[Workplace, Workplace, str]:
    """A village's case that its township signed for."""
    village, township = make_workplace(tmp_path / "village"), make_workplace(tmp_path / "township", "clerk")
    case_id = received(village, code, WANG).case_id
    send_batch(village, [case_id])
    carry([case_id], village, township)
    sign_for(township, [case_id])
    return village, township, case_id


def test_the_case_says_who_what_where_and_that_it_is_only_here(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, COUNTY_ITEM, WANG)
    with opened(workplace) as context:
        view = shown(qtbot, context, case.case_id)
        assert (view.head.applicant.text(), view.head.item.text()) == ("王𡋾", "临时救助")
        assert view.head.state.text() == "已收件"
        assert case.receipt_number in view.head.numbers.text()
        assert view.head.holder.text() == "现由 抗香村便民服务室 保管"
        assert "仅存本机" in view.head.note.text()
        ((_, title, hand, _, status),) = view.history.texts()
        assert (title, hand, status) == (
            "收件",
            "抗香村便民服务室\n测试agent（代办员 A岗）",
            "仅存本机",
        )
        view.close()


def test_a_move_that_cannot_be_made_says_why_beside_its_button(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, COUNTY_ITEM, WANG)
    with opened(workplace) as context:
        view = shown(qtbot, context, case.case_id)
        panel = view.actions_panel
        assert "handle_directly" not in panel.buttons
        qtbot.waitUntil(panel.reasons["handle_directly"].isVisible)
        assert "村级直接办理" in panel.reasons["handle_directly"].text()
        assert panel.buttons["hand_over"].property("main") is True
        assert panel.buttons["withdraw"].property("main") is not True
        with qtbot.waitSignal(context.bus.batches_wanted):
            panel.buttons["hand_over"].click()
        view.close()


def test_a_move_asks_what_the_table_says_and_the_view_follows(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, VILLAGE_ITEM, WANG)
    with opened(workplace) as context:
        view = shown(qtbot, context, case.case_id)
        dialog = open_dialog(view, "handle_directly")
        assert dialog.facts() == {"result_name": "认定通知书"}
        dialog.ok_button.click()
        at_rest(qtbot, context)
        qtbot.waitUntil(lambda: view.head.state.text() == State.RESULT_READY.label)
        serve = open_dialog(view, "serve")
        assert serve.facts() == {"manner": "in_person", "recipient": "王𡋾", "served_on": "2026-11-20"}
        serve.ok_button.click()
        qtbot.waitUntil(lambda: view.head.state.text() == State.SERVED.label)
        at_rest(qtbot, context)
        assert [row[1] for row in view.history.texts()] == ["收件", "当场办理", "送达"]
        view.close()


def test_a_rule_says_no_at_the_field_and_nothing_happens(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, COUNTY_ITEM, WANG)
    with opened(workplace) as context:
        view = shown(qtbot, context, case.case_id)
        dialog = open_dialog(view, "withdraw")
        dialog.ok_button.click()
        assert dialog.fields["reason"].is_wrong
        assert dialog.isVisible()
        editor = dialog.fields["reason"].editor
        assert isinstance(editor, QPlainTextEdit)
        act(
            workplace,
            case.case_id,
            "withdraw",
            {"reason": "申请人来电撤回", "written_request": "当日书面申请"},
        )
        editor.setPlainText("申请人不办了")
        dialog.ok_button.click()
        at_rest(qtbot, context)
        assert "已撤回" in dialog.note.text()
        assert dialog.ok_button.isEnabled()
        dialog.reject()
        view.load()
        at_rest(qtbot, context)
        assert view.head.state.text() == "已撤回"
        view.close()


def test_the_one_time_notice_names_materials_problems_and_standards(qtbot: QtBot, tmp_path: Path) -> None:
    village, township, case_id = at_township(tmp_path, TOWNSHIP_ITEM)
    with opened(township) as context:
        view = shown(qtbot, context, case_id)
        dialog = open_dialog(view, "request_supplement")
        dialog.ok_button.click()
        assert dialog.fields["missing"].is_wrong
        assert dialog.fields["deadline"].is_wrong
        missing, deadline = dialog._editors["missing"], dialog._editors["deadline"]
        assert isinstance(missing, MissingEditor)
        assert isinstance(deadline, DayEditor)
        missing.widget.lines[1].problem.setText("缺本人页")
        missing.widget.lines[1].problem.textEdited.emit("缺本人页")
        missing.widget.lines[1].standard.clear()
        deadline.widget.set_text("2026年12月1日")
        dialog.ok_button.click()
        at_rest(qtbot, context)
        assert dialog.fields["missing"].is_wrong or "应达到的标准" in dialog.note.text()
        missing.widget.lines[1].standard.setText("复印本人页")
        press(Qt.Key.Key_F9)
        qtbot.waitUntil(lambda: view.head.state.text() == State.SUPPLEMENT.label)
        at_rest(qtbot, context)
        assert view.details is not None
        facts = view.details.case.last["request_supplement"].facts
        assert [row["name"] for row in facts["missing"]] == ["户口簿"]
        assert facts["deadline"] == "2026-12-01"
        assert [offer.name for offer in view.details.papers][-2:] == ["supplement_notice", "routing_slip"]
        view.close()
    village.store.close()


def test_the_supplement_is_counted_in_with_the_materials_that_were_asked_for(
    qtbot: QtBot, tmp_path: Path
) -> None:
    village, township, case_id = at_township(tmp_path, TOWNSHIP_ITEM)
    missing = [{"material_id": "booklet", "name": "户口簿", "problem": "缺本人页", "standard": "复印本人页"}]
    act(township, case_id, "request_supplement", {"missing": missing, "deadline": "2026-12-01"})
    carry([case_id], township, village)
    township.store.close()
    with opened(village) as context:
        view = shown(qtbot, context, case_id)
        dialog = open_dialog(view, "supply")
        editor = dialog._editors["materials"]
        assert isinstance(editor, MaterialsEditor)
        assert [row.material.material_id for row in editor.widget.rows] == ["booklet"]
        editor.widget.rows[0].tick.click()
        editor.widget.rows[0].copies.setValue(2)
        dialog.ok_button.click()
        qtbot.waitUntil(lambda: view.head.state.text() == State.RECEIVED.label)
        at_rest(qtbot, context)
        assert [row[2] for row in view.contents.materials.texts()] == ["1", "2"]
        view.close()


def test_a_promised_material_is_counted_in_when_it_comes(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    item = workplace.catalogue.in_force(PROMISE_ITEM, workplace.now().date())
    assert item is not None
    rows = (
        HandedIn("id-card", "居民身份证", 1, 1),
        HandedIn("booklet", "户口簿", 0, 0, promised_by="2026-12-31"),
    )
    draft = new_draft(workplace, item)
    case, _ = receive(
        workplace, replace(draft, application=replace(draft.application, applicant=WANG, materials=rows))
    )
    with opened(workplace) as context:
        view = shown(qtbot, context, case.case_id)
        dialog = open_dialog(view, "bring_promised")
        editor = dialog._editors["materials"]
        assert isinstance(editor, MaterialsEditor)
        assert [row.material.name for row in editor.widget.rows] == ["户口簿"]
        editor.widget.rows[0].tick.click()
        dialog.ok_button.click()
        qtbot.waitUntil(lambda: len(view.history.texts()) == 2)
        at_rest(qtbot, context)
        view.close()


def test_due_dates_are_shown_with_what_is_only_provisional(qtbot: QtBot, tmp_path: Path) -> None:
    village, township, case_id = at_township(tmp_path, TOWNSHIP_ITEM)
    with opened(township) as context:
        view = shown(qtbot, context, case_id)
        open_dialog(view, "accept").ok_button.click()
        qtbot.waitUntil(lambda: view.head.state.text() == State.ACCEPTED.label)
        at_rest(qtbot, context)
        assert view.details is not None
        due = view.details.case.fact("accept", "statutory_due")
        assert f"法定办结 {due['day']}" in view.head.due.text()
        assert ("（暂定）" in view.head.due.text()) == bool(due["provisional"])
        view.close()
    village.store.close()


def picture(folder: Path) -> bytes:
    """A PNG file of some size."""
    image = QImage(200, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    assert image.save(str(folder / "scan.png"))
    return (folder / "scan.png").read_bytes()


def viewer(qtbot: QtBot, context: Context, scan: Attachment) -> ScanViewer:
    window = ScanViewer(context, scan)
    on_screen(qtbot, window)
    at_rest(qtbot, context)
    return window


def test_a_scan_is_looked_at_in_its_own_window(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    scan = attach_bytes(workplace, "户口簿.png", picture(tmp_path))
    with opened(workplace) as context:
        window = viewer(qtbot, context, scan)
        assert window.pages.page_count == 1
        assert window.note.text() == ""
        window.close()


def test_a_damaged_scan_and_one_not_here_yet_are_said_to_be_so(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    damaged = attach_bytes(workplace, "申请书.pdf", b"%PDF-1.7 nothing follows")
    torn = attach_bytes(workplace, "照片.png", picture(tmp_path)[:40])
    absent = Attachment("0" * 64, 10, "身份证.jpg", "image/jpeg")
    with opened(workplace) as context:
        for scan, words in ((damaged, "已损坏"), (torn, "已损坏"), (absent, "尚未下载")):
            window = viewer(qtbot, context, scan)
            assert words in window.note.text()
            window.close()


def test_the_view_follows_what_others_change(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, COUNTY_ITEM, WANG)
    with opened(workplace) as context:
        view = shown(qtbot, context, case.case_id)
        _, changed = send_batch(workplace, [case.case_id])
        context.bus.tell(changed)
        at_rest(qtbot, context)
        assert view.head.state.text() == "在途"
        assert "沉抗镇便民服务中心" in view.head.holder.text()
        assert "尚未签收" in view.head.holder.text()
        view.close()
