"""Where a case stands in other systems' codes: closing codes 0-6, case states 0-6, suspensions, 业务动作.

The numbering 0-6 of both lists is that of several unrelated government systems (`code_book`, evidence CODE).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from stationapp.domain.case import Case, State
from stationapp.domain.case_course import Step
from stationapp.domain.case_flow import TABLE
from stationapp.domain.code_book import DEFAULT_CODES, CodeBook
from stationapp.domain.events import CaseEvent

DECISIONS = (
    "grant",
    "refuse",
    "default_decision",
    "record_reply_granted",
    "record_reply_refused",
    "handle_directly",
)
"""The moves that decide a case."""

_ENDED_CODES = {
    State.WITHDRAWN: "6",  # The applicant's own wish: nobody sent anything back.
    State.SUPPLEMENT_LAPSED: "5",
    State.NOT_ACCEPTED: "1",
    State.NOT_NEEDED: "1",
    State.RETURNED: "1",
    State.VOIDED: "2",
    State.DELETED: "3",
}
_QUALIFIERS = {
    State.WITHDRAWN: "申请人撤回",
    State.NOT_ACCEPTED: "不予受理",
    State.NOT_NEEDED: "不需要许可",
    State.RETURNED: "退件",
}
_STATUS_OF_ENDED = {State.VOIDED: "2", State.DELETED: "2"}
_STATUS_OF_OPEN = {
    State.SUPPLEMENT: "3",
    State.INCOMPLETE: "3",
    State.SPECIAL_PROCEDURE: "4",
}


def decision_of(case: Case) -> CaseEvent | None:
    """Return the event that decided a case: the last one that did."""
    found = [case.last[move] for move in DECISIONS if move in case.last]
    return max(found, key=lambda event: event.at) if found else None


def closing_code(case: Case) -> str:
    """Return how a case was closed (办结结果, "0" to "6"), empty for one that is not."""
    if case.closed_as is None:
        return ""
    if case.closed_as is not State.CONCLUDED:
        return _ENDED_CODES[case.closed_as]
    decision = decision_of(case)
    if decision is None:
        return "4" if "report_up" in case.last else "6"
    if decision.move in {"refuse", "record_reply_refused"}:
        return "6"
    issued = decision.move != "handle_directly" or case.fact("handle_directly", "result_number")
    return "0" if issued else "6"


def closing_note(case: Case) -> str:
    """Return what the closing code alone does not say, as 办结（不予许可）; empty where it says all."""
    if case.closed_as is None:
        return ""
    decision = decision_of(case)
    if case.closed_as is State.CONCLUDED and decision is not None:
        if decision.move in {"refuse", "record_reply_refused"}:
            return "不予许可"
        return "超时默认" if decision.move == "default_decision" else ""
    return _QUALIFIERS.get(case.closed_as, "")


def case_status_code(case: Case) -> str:
    """Return the state of a case (办件状态, "0" to "6"); 5 暂存 is only for drafts, which are no cases yet."""
    if case.state is State.ARCHIVED:
        return "6"
    if case.closed_as is not None:
        return _STATUS_OF_ENDED.get(case.closed_as, "1")
    return _STATUS_OF_OPEN.get(case.state, "0")


class SuspensionKind(StrEnum):
    """Why a case rested; 转报 leaves no day out of its limits."""

    SUPPLEMENT = "supplement"
    SPECIAL = "special"
    FORWARDED = "forwarded"
    ORDINARY = "ordinary"

    @property
    def label(self) -> str:
        """The kind's name."""
        return _SUSPENSIONS[self][0]

    @property
    def excludes_days(self) -> bool:
        """Whether its days are left out of the limits."""
        return _SUSPENSIONS[self][1]


_SUSPENSIONS = {
    SuspensionKind.SUPPLEMENT: ("补正告知", True),
    SuspensionKind.SPECIAL: ("特别程序", True),
    SuspensionKind.FORWARDED: ("转报", False),
    SuspensionKind.ORDINARY: ("普通挂起", True),
}
_RESTING = {
    State.SUPPLEMENT: SuspensionKind.SUPPLEMENT,
    State.SPECIAL_PROCEDURE: SuspensionKind.SPECIAL,
    State.REPORTED_UP: SuspensionKind.FORWARDED,
}


@dataclass(frozen=True, slots=True)
class Suspension:
    """One rest of a case; `end` is None while it lasts."""

    kind: SuspensionKind
    start: datetime
    end: datetime | None

    @property
    def days(self) -> int | None:
        """Calendar days from start to end, None while it lasts."""
        return None if self.end is None else (self.end.date() - self.start.date()).days


def suspensions_of(steps: Sequence[Step]) -> tuple[Suspension, ...]:
    """Return the rests of a case in order; publicity (公示) before a grant is an ordinary one."""
    found: list[Suspension] = []
    for step in steps:
        kind = _RESTING.get(step.after.state)
        before = _RESTING.get(step.before.state) if step.before else None
        if before is not None and kind is not before:
            found[-1] = Suspension(before, found[-1].start, step.event.at)
        if kind is not None and kind is not before:
            found.append(Suspension(kind, step.event.at, None))
    return (*found, *(row for step in steps for row in _publicity(step.event)))


def _publicity(event: CaseEvent) -> tuple[Suspension, ...]:
    days = [str(event.facts.get(name) or "") for name in ("publicity_from", "publicity_to")]
    if not all(days):
        return ()
    first, last = (datetime.combine(date.fromisoformat(day), event.at.timetz()) for day in days)
    return (Suspension(SuspensionKind.ORDINARY, first, last),)


_BACK = frozenset(
    {
        "request_supplement",
        "note_missing",
        "send_back",
        "decline_handover",
        "decline_acceptance",
        "return_application",
        "refuse",
        "record_reply_refused",
        "close_unsupplied",
    }
)
_OTHER = frozenset(
    {
        "recall",
        "withdraw",
        "void",
        "delete_record",
        "propose_void",
        "assign_number",
        "request_withdrawal",
        "dismiss_withdrawal",
        "urge",
        "rate",
        "rectify",
        "prioritise",
        "note_external",
        "note_double",
        "reassign",
        "archive",
        "tell_not_needed",
    }
)


def action_of(event: CaseEvent) -> str:
    """Return what an event was as 业务动作: "pass", "back" or "other"."""
    if event.move == "give_opinion":
        return "back" if event.facts.get("outcome") == "disagree" else "pass"
    if event.move in _BACK:
        return "back"
    return "other" if event.move in _OTHER or event.move not in TABLE else "pass"


def title_of(move: str) -> str:
    """Return a move's title, or its name where this program does not know it."""
    row = TABLE.get(move)
    return row.title if row else move


def closing_title(code: str, codes: CodeBook = DEFAULT_CODES) -> str:
    """Return a closing code's Chinese name; an open case is 在办."""
    return codes.lists["result_type"].names.get(code, "在办")
