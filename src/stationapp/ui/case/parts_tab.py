"""联办: what each department was asked, by when, how far it is and what it said; below, the joint visit."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from stationapp.domain.case import Case
from stationapp.domain.due_facts import is_due_fact
from stationapp.domain.organisation import Organisation
from stationapp.domain.parts import Part
from stationapp.services.workplace import Workplace
from stationapp.ui.case.head_words import desk_name
from stationapp.ui.case.plain_table import PlainTable
from stationapp.ui.words import due_words, moment_text

_HEADS = ("部门", "征求意见的内容", "回执期限", "状态", "意见")
_WIDE = 4
_OPINIONS = {"agree": "同意", "disagree": "不同意", "agree_forward": "同意但需转报"}


def part_cells(part: Part, organisation: Organisation, today: date) -> tuple[str, ...]:
    """Return the line of one department."""
    return (
        desk_name(organisation, part.desk_id),
        part.matter,
        _due_text(part, today),
        f"{part.state.label}{'（已会商）' if part.settled else ''}",
        _opinion(part),
    )


def visit_lines(case: Case, organisation: Organisation) -> list[str]:
    """Return in sentences what there is of a joint visit and of a meeting."""
    lines = []
    if case.when("call_site_visit") is not None:
        called = [str(desk) for desk in case.fact("call_site_visit", "desks", ())]
        day, meet = case.fact("call_site_visit", "visit_on"), case.fact("call_site_visit", "meet_at")
        confirmed = "、".join(desk_name(organisation, d) for d in called if d in case.visit_acknowledged)
        open_ = "、".join(desk_name(organisation, d) for d in called if d not in case.visit_acknowledged)
        lines.append(f"联合踏勘：{day}，{meet}")
        lines.append(f"　　已确认：{confirmed or '无'}；未确认：{open_ or '无'}")
    if case.when("record_site_visit") is not None:
        lines.append(f"踏勘记录：{case.fact('record_site_visit', 'finding')}")
    if case.when("record_meeting") is not None:
        lines.append(f"会商意见：{case.fact('record_meeting', 'decision')}")
    return lines


class PartsTab(QWidget):
    """One line for each department asked."""

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self.table = PlainTable(_HEADS, _WIDE, "联办部门", self)
        self.visit = QLabel(self)
        self.visit.setWordWrap(True)
        self.visit.setTextFormat(Qt.TextFormat.PlainText)
        self.visit.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.visit)

    def show_case(self, case: Case) -> None:
        """Show the parts of a case."""
        organisation, today = self._workplace.organisation, self._workplace.now().date()
        self.table.show_rows([part_cells(part, organisation, today) for part in case.parts])
        lines = visit_lines(case, organisation)
        self.visit.setText("\n".join(lines))
        self.visit.setVisible(bool(lines))


def _due_text(part: Part, today: date) -> str:
    if not is_due_fact(part.due):
        return "未设期限"
    day = date.fromisoformat(str(part.due["day"]))
    if not part.state.is_open:
        return day.isoformat()
    return due_words(day, today, provisional=bool(part.due["provisional"]))[0]


def _opinion(part: Part) -> str:
    event = part.answered
    if event is None:
        signed = part.signed
        return f"{moment_text(signed.at)} 接收" if signed else ""
    outcome = _OPINIONS.get(str(event.facts.get("outcome", "")), "")
    words = str(event.facts.get("opinion") or event.facts.get("reason") or "")
    said = "：".join(text for text in (outcome, words) if text)
    return f"{said}\n{event.hand.person_name} {moment_text(event.at)}"
