"""Whole-service projects (全程代办, 专人代办): an enterprise's bundle of cases under one responsible agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.people import Applicant
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.typed_text import undashed
from stationapp.services.acts import case_in
from stationapp.services.affairs import open_affair
from stationapp.services.casework import act
from stationapp.services.changed import Changed
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseSummary
from stationapp.store.units import ReadUnit


@dataclass(frozen=True, slots=True)
class Member:
    """A case of a project; `line` is None for one this station does not have."""

    receipt_number: str
    line: CaseSummary | None


@dataclass(frozen=True, slots=True)
class ProjectDetails:
    """A project with its responsible agent's name and its cases, in the order in which they joined."""

    case: Case
    agent: str
    members: tuple[Member, ...]

    @property
    def finished(self) -> int:
        """How many of the cases known here have come to an end."""
        return sum(one.line is not None and one.line.state.is_final for one in self.members)


def open_project(
    workplace: Workplace, subject: str, enterprise: Applicant, facts: Mapping[str, Any]
) -> tuple[Case, Changed]:
    """Open a project; by default the signed-in person is the responsible agent. The service costs nothing."""
    code = undashed(str(facts.get("credit_code", "")))
    mine = {"to_person": facts.get("to_person") or workplace.person.person_id, "credit_code": code}
    return open_affair(workplace, AffairKind.PROJECT, subject, enterprise, {**facts, **mine})


def add_case(workplace: Workplace, project_id: str, number: str) -> tuple[Case, Changed]:
    """Let a case join a project, named by its receipt, case or document number if this station has it.

    Raises Refused for a number that is no receipt number and no known case's.
    """
    with workplace.store.read() as unit:
        member = _receipt_number(unit, number)
    return act(workplace, project_id, "add_to_project", {"member": member})


def remove_case(workplace: Workplace, project_id: str, number: str, reason: str) -> tuple[Case, Changed]:
    """Take a case out of a project."""
    with workplace.store.read() as unit:
        member = _receipt_number(unit, number)
    return act(workplace, project_id, "remove_from_project", {"member": member, "reason": reason})


def project(workplace: Workplace, project_id: str) -> ProjectDetails:
    """Return a project with its cases and how they stand; raises Refused when it is none."""
    with workplace.store.read() as unit:
        case = case_in(unit, project_id)
        if case.kind != AffairKind.PROJECT:
            raise Refused(Reason("no-project", "这不是全程代办项目。"))
        members = tuple(Member(number, _line(unit, number)) for number in case.bundle)
    agent = workplace.organisation.person(case.handler)
    return ProjectDetails(case, agent.name if agent is not None else case.handler, members)


def _receipt_number(unit: ReadUnit, number: str) -> str:
    case_id = unit.cases.by_number(number)
    return number.strip() if case_id is None else case_in(unit, case_id).receipt_number


def _line(unit: ReadUnit, number: str) -> CaseSummary | None:
    case_id = unit.cases.by_number(number)
    return next(iter(unit.cases.summary([case_id])), None) if case_id is not None else None
