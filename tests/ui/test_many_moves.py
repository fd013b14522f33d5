"""A case with many moves: what leads on stands first, the rest is folded away and reached by keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desks_at_work import desks
from small_county import DEPARTMENT, JOINT_ITEM, PARTNER, SECOND_PARTNER
from stationapp.domain.case import State
from stationapp.domain.case_flow import TABLE
from stationapp.ui.case.ask_editors import LongTextEditor
from stationapp.ui.case.part_editors import AttendanceEditor, DesksEditor, PartsEditor
from stationapp.ui.case_view import CaseView
from stationapp.ui.context import Context
from stationapp.ui.move_dialog import MoveDialog
from windows import at_rest, focused, on_screen, opened, press

ALT = Qt.KeyboardModifier.AltModifier


def shown(qtbot: QtBot, context: Context, case_id: str) -> CaseView:
    view = CaseView(context, case_id)
    on_screen(qtbot, view)
    at_rest(qtbot, context)
    return view


def dialog_of(view: CaseView, move: str) -> MoveDialog:
    view.actions_panel.buttons[move].click()
    (dialog,) = [found for found in view.findChildren(MoveDialog) if found.isVisible()]
    return dialog


def test_moves_that_lead_aside_are_folded_away_and_opened_by_their_key(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_window()
        with opened(at.at("window")) as context:
            view = shown(qtbot, context, case_id)
            panel = view.actions_panel
            qtbot.waitUntil(panel.buttons["register"].isVisible)
            assert panel.buttons["register"].property("main") is True
            assert not panel.buttons["send_back"].isVisible()
            assert "请先登记" in panel.reasons["accept"].text()
            press(Qt.Key.Key_Z, ALT)
            qtbot.waitUntil(lambda: panel.more.is_open)
            qtbot.waitUntil(panel.buttons["send_back"].isVisible)
            visible = [name for name, button in panel.buttons.items() if button.isVisible()]
            assert visible.index("register") < visible.index("send_back")
            view.close()


def test_a_move_is_made_by_its_number_alone(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_window()
        with opened(at.at("window")) as context:
            view = shown(qtbot, context, case_id)
            press(Qt.Key.Key_1, ALT)
            qtbot.waitUntil(lambda: bool(view.findChildren(MoveDialog)))
            (dialog,) = view.findChildren(MoveDialog)
            qtbot.waitUntil(dialog.isActiveWindow)
            assert dialog.move_row.name == "register"
            press(Qt.Key.Key_F9)
            qtbot.waitUntil(lambda: view.head.state.text() == State.REGISTERED.label)
            at_rest(qtbot, context)
            view.close()


def test_what_only_leads_aside_needs_no_unfolding(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_township()
        at.carry(case_id, "clerk", "agent")
        with opened(at.at("agent")) as context:
            view = shown(qtbot, context, case_id)
            qtbot.waitUntil(view.actions_panel.buttons["urge"].isVisible)
            view.close()


def test_parts_are_asked_answered_and_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department(JOINT_ITEM)
        with opened(at.at("officer")) as context:
            view = shown(qtbot, context, case_id)
            assert not view.tabs.isTabVisible(view.tabs.indexOf(view.parts))
            dialog = dialog_of(view, "fan_out")
            editor = dialog._editors["parts"]
            assert isinstance(editor, PartsEditor)
            qtbot.waitUntil(lambda: focused() is editor._lines[PARTNER])
            assert editor._lines[SECOND_PARTNER].accessibleName() == "游仙区住房和城乡建设局"
            editor._lines[PARTNER].setText("核对残疾等级")
            dialog.ok_button.click()
            qtbot.waitUntil(lambda: view.tabs.isTabVisible(view.tabs.indexOf(view.parts)))
            at_rest(qtbot, context)
            first, second = view.parts.table.texts()
            assert first[:2] == ["游仙区残疾人联合会", "核对残疾等级"]
            assert (first[3], second[3]) == ("待接收", "待接收")
            view.close()


def test_a_part_left_empty_is_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department(JOINT_ITEM)
        with opened(at.at("officer")) as context:
            view = shown(qtbot, context, case_id)
            dialog = dialog_of(view, "fan_out")
            editor = dialog._editors["parts"]
            assert isinstance(editor, PartsEditor)
            editor._lines[PARTNER].clear()
            dialog.ok_button.click()
            at_rest(qtbot, context)
            assert dialog.isVisible()
            assert dialog.fields["parts"].is_wrong or dialog.note.text()
            dialog.reject()
            view.close()


def test_a_visit_is_called_and_recorded_with_those_who_came(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department(JOINT_ITEM)
        at.act("officer", case_id, "fan_out")
        with opened(at.at("officer")) as context:
            view = shown(qtbot, context, case_id)
            dialog = dialog_of(view, "call_site_visit")
            called = dialog._editors["desks"]
            assert isinstance(called, DesksEditor)
            called._boxes[SECOND_PARTNER].setChecked(False)
            assert dialog.facts()["desks"] == [PARTNER]
            called._boxes[SECOND_PARTNER].setChecked(True)
            dialog.reject()
            at.act("officer", case_id, "call_site_visit")
            view.load()
            at_rest(qtbot, context)
            assert "未确认：游仙区残疾人联合会" in view.parts.visit.text()
            record = dialog_of(view, "record_site_visit")
            attended = record._editors["attended"]
            assert isinstance(attended, AttendanceEditor)
            assert list(attended._lines) == [DEPARTMENT, PARTNER, SECOND_PARTNER]
            attended._lines[PARTNER].setText("测试partner")
            assert record.facts()["attended"] == [{"desk_id": PARTNER, "person": "测试partner"}]
            record.reject()
            view.close()


def test_after_a_move_the_next_person_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department()
        with opened(at.at("officer")) as context:
            told: list[str] = []
            context.messages.noticed.connect(lambda notice: told.append(notice.text))
            view = shown(qtbot, context, case_id)
            dialog = dialog_of(view, "review")
            editor = dialog._editors["opinion"]
            assert isinstance(editor, LongTextEditor)
            editor.widget.setPlainText("符合条件。")
            dialog.ok_button.click()
            qtbot.waitUntil(lambda: bool(told))
            at_rest(qtbot, context)
            assert told == ["审查意见已记录。下一步：游仙区民政局测试approver（审批人）作出决定。"]
            view.close()


def test_clocks_show_limits_and_what_they_leave_out(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department()
        at.act("officer", case_id, "start_special", procedure="hearing")
        with opened(at.at("officer")) as context:
            view = shown(qtbot, context, case_id)
            rows = view.clocks.clocks.texts()
            assert [row[0].split("\n")[0] for row in rows][:2] == ["法定时限", "承诺时限"]
            assert (rows[0][1], rows[0][3], rows[0][5]) == ("20个工作日", "中止后再定", "暂停计时")
            ((kind, _, last, evidence),) = view.clocks.periods.texts()
            assert (kind, last) == ("特别程序", "未结束")
            assert "启动特别程序" in evidence
            view.close()


def test_a_known_fact_is_not_asked(qtbot: QtBot, tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department()
        with opened(at.at("officer")) as context:
            view = shown(qtbot, context, case_id)
            dialog = view.open_move(TABLE["appeal_card"], {"finding_id": "finding-1"})
            assert dialog is not None
            assert list(dialog.fields) == ["reason"]
            assert dialog.facts() == {"finding_id": "finding-1"}
            dialog.reject()
            assert "appeal_card" not in view.actions_panel.buttons
            view.close()
