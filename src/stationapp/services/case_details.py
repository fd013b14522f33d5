"""One case as a person looks at it: its head, its history with every hand named, what can be done, its
papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hubprotocol.versions import HUB_DEVICE
from stationapp.domain.affair_reading import affair_due
from stationapp.domain.case import CASE, Case, State
from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.due_dates import DUE_NAMES, CurrentDue, current_due
from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Move
from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.standing_in import stood_in_for
from stationapp.services.access import require_access
from stationapp.services.affair_remarks import answers_told
from stationapp.services.casework import options
from stationapp.services.held_back import Blocked, blocked, reason_text, title_of
from stationapp.services.unrecognised import why_unrecognised
from stationapp.services.workplace import Workplace
from stationapp.store.records import StoredEvent

HUB_NAME = "县级平台"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case's history. `stood_in_for` is the A holder of the post where its B holder acted; `reasons` say
    why the hub holds or refused it; `settled`: a person has dealt with the refusal.
    """

    at: datetime
    desk: str
    person: str
    post: str
    side: str
    move: str
    title: str
    remark: str
    status: str
    revision: int
    stood_in_for: str = ""
    reasons: tuple[str, ...] = ()
    settled: bool = False

    @property
    def who(self) -> str:
        """The person as the history names him; where B stood in, both are named (AB岗)."""
        return f"B岗 {self.person}（代A岗 {self.stood_in_for}）" if self.stood_in_for else self.person


@dataclass(frozen=True, slots=True)
class PaperOffer:
    """A paper a case can give: its kind, its title and the number it carries for ever. `about` is the desk it is for,
    where one act makes a paper for each of several.
    """

    name: str
    title: str
    number: str
    event_id: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """Everything the case view shows. `holder` and `addressed_to` are the names of those desks, the latter empty
    while the case is not on its way. `due` are the due dates by their names, as they stand today. `refused_steps`
    are what the hub did not accept; `unknown` counts acts that only a newer program understands; `blocked` is the act
    of this PC, of this case or of another, behind which nothing can be sent; `unrecognised` is why no move can be made
    at all where the hub refused the opening.
    """

    case: Case
    holder: str
    addressed_to: str
    item: ServiceItem | None
    steps: tuple[Step, ...]
    moves: tuple[tuple[Move, tuple[Reason, ...]], ...]
    pending: int
    refused: int
    papers: tuple[PaperOffer, ...]
    due: tuple[tuple[str, CurrentDue], ...]
    refused_steps: tuple[Step, ...] = ()
    unknown: int = 0
    blocked: Blocked | None = None
    unrecognised: Reason | None = None


def details(workplace: Workplace, case_id: str) -> CaseDetails:
    """Return a case with its history; raises Refused when this station does not have it."""
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
        stored = unit.events.of_case(case_id)
        refused = unit.events.refused(case_id)
        shut = why_unrecognised(unit, record.case) if record and record.opening_refused else None
    if record is None:
        raise Refused(Reason("no-case", "本站没有这个办件。"))
    require_access(workplace, record.case)
    moves = options(workplace, record.case)
    return CaseDetails(
        case=record.case,
        holder=_desk_name(workplace.organisation, record.case.holder),
        addressed_to=_desk_name(workplace.organisation, record.case.addressed_to),
        item=workplace.item_of(record.case),
        steps=tuple(step(workplace.organisation, row) for row in stored),
        moves=moves if shut is None else tuple((move, (shut,)) for move, _ in moves),
        pending=record.pending,
        refused=record.refused,
        papers=paper_offers(record.case, [row.event for row in stored]),
        due=_dues(workplace, record.case),
        refused_steps=tuple(step(workplace.organisation, row) for row in refused),
        unknown=record.unknown_moves,
        blocked=blocked(workplace.store) if record.pending else None,
        unrecognised=shut,
    )


def _dues(workplace: Workplace, case: Case) -> tuple[tuple[str, CurrentDue], ...]:
    if case.kind != CASE:
        due = affair_due(case, workplace.calendar)
        return (("due", CurrentDue(due.day, due.provisional, due.calendar_version)),) if due else ()
    dues = ((name, current_due(case, name, workplace.calendar)) for name in DUE_NAMES)
    return tuple((name, due) for name, due in dues if due is not None)


def _desk_name(organisation: Organisation, desk_id: str) -> str:
    desk = organisation.desk(desk_id)
    return desk.name if desk else desk_id


def step(organisation: Organisation, stored: StoredEvent) -> Step:
    """Return the line of history an event makes."""
    event = stored.event
    desk, post = organisation.desk(event.hand.desk_id), organisation.post(event.hand.post_id)
    return Step(
        at=event.at,
        desk=desk.name if desk else HUB_NAME if event.hand.desk_id == HUB_DEVICE else event.hand.desk_id,
        person=event.hand.person_name or HUB_NAME,
        post=post.title if post else "",
        side=event.hand.side if post and post.holder_b else "",
        move=event.move,
        title=title_of(event.move),
        remark=remark(organisation, event),
        status=str(stored.status),
        revision=stored.revision,
        stood_in_for=stood_in_for(organisation, event.hand),
        reasons=tuple(reason_text(reason) for reason in stored.reasons),
        settled=stored.settled_at is not None,
    )


_REMARKS = (
    ("batch_number", "批次 {}"),
    ("opinion", "{}"),
    ("reason", "{}"),
    ("differences", "差异：{}"),
    ("case_number", "{}"),
    ("document_number", "{}"),
    ("result_name", "{}"),
    ("result_number", "编号 {}"),
    ("recipient", "签收人 {}"),
)


def remark(organisation: Organisation, event: CaseEvent) -> str:
    """Return what an event says besides its title, in the words of the slip."""
    row = TABLE.get(event.move)
    if row is not None and row.kind != CASE:
        return answers_told(organisation, row, event)
    parts = [pattern.format(event.facts[name]) for name, pattern in _REMARKS if event.facts.get(name)]
    parts += [str(row["name"]) for row in event.facts.get("missing", ())]
    parts += [f"{row['receipt_number']}（{row['station']}）" for row in event.facts.get("others", ())]
    target = organisation.desk(str(event.facts.get("to_desk", "")))
    if target is not None and target.desk_id != event.hand.desk_id:
        parts.append(f"→ {target.name}")
    return "；".join(part.rstrip("。；") for part in parts)


def paper_offers(case: Case, events: Sequence[CaseEvent]) -> tuple[PaperOffer, ...]:
    """Return the papers a case can give: one per move that makes one, and the routing slip. An affair has none."""
    if case.kind != CASE:
        return ()
    supplied = [event.event_id for event in events if event.move == "supply"]
    made = (event for event in events if _gives_paper(event))
    offers = [offer for event in made for offer in _offers(case, event, supplied)]
    return (*_attorney(case, events), *offers, *_summary(case), _slip(case))


def _gives_paper(event: CaseEvent) -> bool:
    row = TABLE.get(event.move)
    return row is not None and bool(row.paper) and not row.batched


TITLES = {
    "absence_default_record": "缺席默认记录",
    "acceptance_notice": "受理通知书",
    "collection_notice": "领取通知书",
    "conclusion_notice": "办结通知书",
    "decision": "决定书",
    "extension_notice": "延长期限告知书",
    "joint_contact_letter": "联办联系单",
    "joint_reply": "联办回执函",
    "joint_summary": "审核情况汇总表",
    "material_receipt": "材料接收凭证",
    "non_acceptance_notice": "不予受理通知书",
    "not_needed_notice": "不需要办理告知书",
    "power_of_attorney": "委托书",
    "report_letter": "上报函",
    "return_notice": "退件通知书",
    "routing_slip": "流转单",
    "service_certificate": "送达回证",
    "site_visit_record": "联合踏勘记录",
    "special_procedure_notice": "特别程序告知书",
    "supplement_notice": "一次性告知书",
    "timeout_default_notice": "超时默认通知单",
    "withdrawal_confirmation": "撤回确认书",
}
"""The title of every paper of a case, as its button has it."""


def _offers(case: Case, event: CaseEvent, supplied: Sequence[str]) -> list[PaperOffer]:
    name = TABLE[event.move].paper
    title = _supply_title(supplied.index(event.event_id) + 1) if event.move == "supply" else TITLES[name]
    number = str(event.facts.get("document_number") or case.receipt_number)
    if event.move != "fan_out":
        return [PaperOffer(name, title, number, event.event_id)]
    desks = (str(row["desk_id"]) for row in event.facts["parts"])
    return [PaperOffer(name, title, number, event.event_id, desk_id) for desk_id in desks]


def _attorney(case: Case, events: Sequence[CaseEvent]) -> tuple[PaperOffer, ...]:
    """委托书, for as long as the case lies where the agent received it."""
    opened = next(iter(events), None)
    if opened is None or case.state not in {State.INCOMPLETE, State.RECEIVED} or case.holder != case.origin:
        return ()
    return (PaperOffer("power_of_attorney", TITLES["power_of_attorney"], case.receipt_number),)


def _summary(case: Case) -> tuple[PaperOffer, ...]:
    if not case.parts:
        return ()
    return (PaperOffer("joint_summary", TITLES["joint_summary"], case.case_number or case.receipt_number),)


def _slip(case: Case) -> PaperOffer:
    return PaperOffer("routing_slip", TITLES["routing_slip"], case.receipt_number)


def _supply_title(which: int) -> str:
    """All receipts of a case carry its receipt number; the title tells them, and their files, apart."""
    return "补正材料接收凭证" if which == 1 else f"补正材料接收凭证（第{which}次）"
