"""What is asked when an affair of each kind is opened, besides the asks of its move, and which service opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE
from stationapp.domain.moves import Ask
from stationapp.domain.people import Applicant
from stationapp.services import absences, appointments, complaints, consultations, extra_hours, projects
from stationapp.services.affairs import NOBODY, OPENERS, open_affair
from stationapp.services.changed import Changed
from stationapp.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything a person answered."""

    kind: AffairKind
    subject: str = ""
    applicant: Applicant = NOBODY
    item_code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


Open = Callable[[Workplace, Opening], tuple[Case, Changed]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of one kind: titles of subject and person, empty where it has none; whether an item may be named.

    `filled` are asks that the program answers, `more` are asks of a later move that may be answered at once.
    """

    open: Open
    subject: str = ""
    person: str = ""
    names_item: bool = False
    filled: frozenset[str] = frozenset()
    more: tuple[Ask, ...] = ()


def asks_of(kind: AffairKind) -> tuple[Ask, ...]:
    """Return what a window asks when an affair of a kind is opened."""
    shape = SHAPES[kind]
    return (*(ask for ask in OPENERS[kind].asks if ask.name not in shape.filled), *shape.more)


def _consult(workplace: Workplace, opening: Opening) -> tuple[Case, Changed]:
    facts = {name: value for name, value in opening.facts.items() if name not in ("answer", "basis")}
    answer, basis = str(opening.facts.get("answer", "")), str(opening.facts.get("basis", ""))
    return consultations.ask(workplace, opening.applicant, facts, answer=answer, basis=basis)


def _plainly(workplace: Workplace, opening: Opening) -> tuple[Case, Changed]:
    subject = opening.subject or opening.kind.label
    return open_affair(workplace, opening.kind, subject, opening.applicant, opening.facts)


def _at_this_desk(workplace: Workplace, opening: Opening) -> tuple[Case, Changed]:
    """What concerns nobody but the desk is filed under the desk's own name."""
    applicant = Applicant(workplace.desk.name, "", "")
    return _plainly(workplace, replace(opening, applicant=applicant))


SHAPES: Mapping[AffairKind, Shape] = {
    AffairKind.APPOINTMENT: Shape(
        lambda at, it: appointments.book(at, it.subject, it.applicant, it.facts, item_code=it.item_code),
        subject="预约事由",
        person="预约人",
        names_item=True,
        filled=frozenset({"seat"}),
    ),
    AffairKind.CONSULTATION: Shape(
        _consult,
        person="咨询人",
        more=tuple(replace(ask, required=False) for ask in TABLE["answer_question"].asks),
    ),
    AffairKind.COMPLAINT: Shape(
        lambda at, it: complaints.file_complaint(at, it.applicant, it.facts, it.subject),
        person="投诉人",
        filled=frozenset({"to_desk"}),
    ),
    AffairKind.ABSENCE: Shape(lambda at, it: absences.leave(at, it.facts)),
    AffairKind.EXTRA_HOURS: Shape(lambda at, it: extra_hours.announce(at, it.facts)),
    AffairKind.PROJECT: Shape(
        lambda at, it: projects.open_project(at, it.subject, it.applicant, it.facts),
        subject="项目名称",
        person="企业名称",
    ),
    AffairKind.DISPUTE: Shape(_at_this_desk, subject="争议事项"),
    AffairKind.FEEDBACK: Shape(
        _plainly, subject="所涉事项或指南", person="建议人", filled=frozenset({"to_desk"})
    ),
    AffairKind.DUTY: Shape(_at_this_desk),
}
