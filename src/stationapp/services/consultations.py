"""Consultations (咨询): a register that can be searched, and an offline FAQ from the guides of the items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.people import Applicant, Application
from stationapp.services.acts import case_in
from stationapp.services.affairs import open_within
from stationapp.services.casework import act_within
from stationapp.services.catalogue import find_items, guide
from stationapp.services.changed import Changed, Kind
from stationapp.services.intake import tidy_applicant
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery

_SUBJECT_LENGTH = 20
_MOST_ITEMS = 20

# How people ask for the parts of a guide; the headings are the guide's own.
_QUESTIONS = (
    ("办理内容", "“{item}”是办什么的？"),
    ("受理条件", "办理“{item}”要什么条件？"),
    ("申请材料", "办理“{item}”要带什么材料？"),
    ("办理程序", "“{item}”怎么办理？"),
    ("办理时限", "“{item}”要多久？"),
    ("收费标准", "“{item}”收费吗？"),
    ("受理期", "“{item}”什么时候可以办？"),
)


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A usual question about an item, answered by its guide; `basis` can be taken over into an answer."""

    item_code: str
    question: str
    answer: str
    basis: str


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One consultation of the register."""

    case: Case
    question: str
    answer: str
    basis: str


def ask(
    workplace: Workplace,
    applicant: Applicant,
    facts: Mapping[str, Any],
    *,
    answer: str = "",
    basis: str = "",
    subject: str = "",
) -> tuple[Case, Changed]:
    """Register a question, and with an answer answer it at once, in one transaction.

    `facts` are the answers to the asks of `ask_question`; without a desk it is this one's to answer. The subject is the
    beginning of the question unless it is given.
    """
    title = subject.strip() or _short(str(facts.get("question", "")))
    application = Application("", 0, title, tidy_applicant(applicant))
    with workplace.store.write() as unit:
        case = open_within(workplace, unit, AffairKind.CONSULTATION, application, facts)
        if answer.strip():
            told = {"answer": answer.strip(), "basis": basis.strip()}
            act_within(workplace, unit, case.case_id, TABLE["answer_question"], told)
            case = case_in(unit, case.case_id)
    return case, Changed.of(Kind.CASES, Kind.OUTBOX, case_ids=(case.case_id,))


def register(workplace: Workplace, text: str = "", limit: int = 200) -> list[RegisterLine]:
    """Return consultations, the last changed first, whose question, answer, basis or person has what was typed."""
    with workplace.store.read() as unit:
        ids = unit.cases.find(CaseQuery(kind=AffairKind.CONSULTATION, text=text), limit)
        records = [unit.cases.get(case_id) for case_id in ids]
    return [_line(record.case) for record in records if record is not None]


def faq(workplace: Workplace, text: str) -> list[FaqEntry]:
    """Return usual questions and their answers about the items that match; all of it lies on this PC."""
    found = find_items(workplace, text)[:_MOST_ITEMS]
    return [entry for one in found for entry in _entries(one.item)]


def _entries(item: ServiceItem) -> list[FaqEntry]:
    sections = {section.title: "\n".join(section.lines) for section in guide(item)}
    basis = f"“{item.name}”办事指南；{item.basis}" if item.basis else f"“{item.name}”办事指南"
    return [
        FaqEntry(item.code, question.format(item=item.name), sections[title], basis)
        for title, question in _QUESTIONS
        if sections.get(title)
    ]


def _line(case: Case) -> RegisterLine:
    again = case.fact("ask_again", "question")
    first = str(case.fact("ask_question", "question"))
    return RegisterLine(
        case,
        f"{first}；{again}" if again else first,
        str(case.fact("answer_question", "answer")),
        str(case.fact("answer_question", "basis")),
    )


def _short(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= _SUBJECT_LENGTH else f"{line[:_SUBJECT_LENGTH]}…"
