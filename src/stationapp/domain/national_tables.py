"""A case as rows of the five national exchange tables, and of `ext` with everything they have no room for.

The way back is `national_record.events_of`: it makes of the rows the very events they came from.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from stationapp.domain.case import Case, State
from stationapp.domain.case_course import Step, acting_desk, closing_event, course_of
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.code_book import DEFAULT_CODES, CodeBook
from stationapp.domain.deemed_acceptance import ARRIVALS
from stationapp.domain.due_dates import acceptance_of
from stationapp.domain.due_facts import is_due_fact
from stationapp.domain.events import CaseEvent
from stationapp.domain.exchange_codes import (
    action_of,
    closing_code,
    closing_note,
    closing_title,
    decision_of,
    title_of,
)
from stationapp.domain.national_columns import (
    ACCEPT,
    EXT,
    MATERIAL,
    PROCESS,
    RESULT,
    SPECIAL_PROCEDURE,
    Cell,
    Gap,
    Row,
    Table,
    fitted,
)
from stationapp.domain.national_record import record_of
from stationapp.domain.organisation import Organisation
from stationapp.domain.people import HandedIn

_ROWS = uuid.UUID("6f2d1c3e-5b0a-5d8e-9a47-3c1f0b7d2e64")
"""The name space of row ids: the same row has the same id in every export."""

_OPINIONS = ("opinion", "reason", "finding", "decision", "differences", "result", "measures", "words")
_SPECIAL_NAMES = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an export says of itself: batch (at most 32 characters), time, source (3), which rows went before.

    `known` holds the row ids of earlier exports; their rows go as changes, not as new ones.
    """

    batch: str
    at: datetime
    source: str
    known: Container[str] = ()
    codes: CodeBook = DEFAULT_CODES


@dataclass(frozen=True, slots=True)
class CaseRows:
    """All rows of one case by table, and what did not fit. `skipped` says why the five tables got none, or is ""."""

    rows: Mapping[str, tuple[Row, ...]]
    gaps: tuple[Gap, ...]
    skipped: str = ""


@dataclass(slots=True)
class _Writing:
    """The rows of one case under way."""

    case: Case
    delivery: Delivery
    closing: CaseEvent | None = None
    rows: dict[str, list[Row]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.case.case_number or self.case.receipt_number

    def guid(self, table: Table, key: str) -> str:
        return str(uuid.uuid5(_ROWS, f"{table.name}:{self.case.case_id}:{key}"))

    def add(self, table: Table, key: str, values: Mapping[str, Cell]) -> Row:
        guid = self.guid(table, key)
        row, gaps = fitted(table, {"row_guid": guid, "project_no": self.number, **values, **self._sync(guid)})
        self.rows.setdefault(table.name, []).append(row)
        self.gaps.extend(gaps)
        return row

    def _sync(self, guid: str) -> dict[str, Cell]:
        known = guid in self.delivery.known
        gone = self.case.closed_as in {State.VOIDED, State.DELETED}
        operation = ("D" if gone else "U") if known else "I"
        return {
            "cd_operation": self.delivery.codes.code("cd_operation", operation),
            "cd_time": moment(self.delivery.at),
            "cd_batch": self.delivery.batch,
            "data_source": self.delivery.source,
        }


def tables_of(
    events: Sequence[CaseEvent], item: ServiceItem | None, organisation: Organisation, delivery: Delivery
) -> CaseRows:
    """Return the rows of a case. `item` is the version the case was received under, None where nobody has it.

    Raises ValueError for a log that opens no case.
    """
    steps = course_of(events)
    if not steps:
        raise ValueError("these events make no case")
    writing = _Writing(steps[-1].after, delivery, closing_event(steps))
    skipped = _why_skipped(writing.case)
    if not skipped:
        writing.add(ACCEPT, "", _accept(writing, steps, item, organisation))
        for handed_in in writing.case.application.materials:
            writing.add(MATERIAL, handed_in.material_id, _material(handed_in, delivery.codes))
        _add_special(writing, steps)
        if writing.closing is not None:
            writing.add(RESULT, "", _result(writing, writing.closing))
    whole_case = [(name, row) for name, rows in writing.rows.items() for row in rows]
    for place, step in enumerate(steps, 1):
        own = [] if skipped else [_add_process(writing, step, place, steps)]
        record = record_of(step.event, (*own, *whole_case))
        writing.add(EXT, step.event.event_id, {"place": place, "record": record})
    frozen = {name: tuple(rows) for name, rows in writing.rows.items()}
    return CaseRows(frozen, tuple(writing.gaps), skipped)


def moment(at: datetime) -> str:
    """Return a moment as the tables write it, in the offset it was taken with."""
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _why_skipped(case: Case) -> str:
    if case.closed_as is State.DELETED:
        return "录入错误，已删除。"
    return "尚未受理。" if case.closed_as is None and _acceptance(case) is None else ""


def _acceptance(case: Case) -> CaseEvent | None:
    return acceptance_of(case) or case.last.get("handle_directly")


def _accepted_at(case: Case, accepted: CaseEvent) -> datetime:
    """What silence accepted counts as accepted from the moment the materials came in (行政许可法 32(4)), whenever the
    authority wrote the acceptance down; one made in time, from itself.
    """
    deemed = case.last.get("deem_accepted")
    if deemed is None or accepted.move not in {"deem_accepted", "accept"}:
        return accepted.at
    if accepted.move == "accept" and accepted.at.date() <= date.fromisoformat(
        str(deemed.facts["notice_due"])
    ):
        return accepted.at
    received_on = date.fromisoformat(str(deemed.facts["received_on"]))
    arrivals = (case.last[move].at for move in ARRIVALS if move in case.last)
    start_of_day = datetime.combine(received_on, time(), accepted.at.tzinfo)
    return max((at for at in arrivals if at.date() == received_on), default=start_of_day)


def _add_process(writing: _Writing, step: Step, place: int, steps: Sequence[Step]) -> tuple[str, Row]:
    values = _process(step, place, steps, writing.delivery.codes)
    return PROCESS.name, writing.add(PROCESS, step.event.event_id, values)


def _accept(
    writing: _Writing, steps: Sequence[Step], item: ServiceItem | None, organisation: Organisation
) -> dict[str, Cell]:
    case, codes = writing.case, writing.delivery.codes
    application = case.application
    applicant = application.applicant
    opened = steps[0].event
    accepted = _acceptance(case) or writing.closing or opened
    desk_id = acting_desk(steps, accepted)
    desk = organisation.desk(desk_id)
    fits = len(application.item_code) <= 36
    return {
        "catalog_code": _basic_code(item),
        "task_code": application.item_code if fits else "",
        "local_task_code": application.item_code,
        "task_name": application.item_name,
        "task_version": application.item_version,
        "project_type": codes.code("project_type", str(item.handling)) if item else "",
        "project_name": f"{applicant.name}：{application.item_name}",
        "apply_type": codes.code("apply_type", "window"),
        "applyer_type": codes.code("applyer_type", "person"),
        "applyer_name": applicant.name,
        "applyer_page_type": codes.code("document_kind", applicant.document_kind),
        "applyer_page_code": applicant.document_number,
        "contact_mobile": applicant.phone,
        "address": applicant.address,
        "apply_date": moment(opened.at),
        "accept_date": moment(_accepted_at(case, accepted)),
        "accept_doc_no": str(case.fact("accept", "document_number")),
        "promise_date": _promised(case),
        "org_code": desk_id,
        "org_name": (desk.organ or desk.name) if desk else desk_id,
        "handle_user_name": accepted.hand.person_name,
    }


def _basic_code(item: ServiceItem | None) -> str:
    """Return the 基本编码 the catalogue gives: it cannot be told from our own code."""
    if item is None:
        return ""
    return item.elements.base_code


def _promised(case: Case) -> str:
    accepted = acceptance_of(case)
    fact = accepted.facts.get("promised_due") if accepted else None
    if not is_due_fact(fact):
        return ""
    end_of_day = datetime.combine(date.fromisoformat(str(fact["day"])), time(23, 59, 59))
    return moment(end_of_day)


def _process(step: Step, place: int, steps: Sequence[Step], codes: CodeBook) -> dict[str, Cell]:
    event = step.event
    before = steps[place - 2].event.at if place > 1 else event.at
    title = title_of(event.move)
    opinion = next((str(event.facts[name]) for name in _OPINIONS if event.facts.get(name)), title)
    return {
        "process_name": title,
        "event_name": codes.code("event_name", action_of(event)),
        "handle_user_name": event.hand.person_name or "县级平台",
        "handle_explain": opinion,
        "event_start_time": moment(min(before, event.at)),
        "event_end_time": moment(event.at),
        "remark": step.after.state.label,
    }


def _result(writing: _Writing, closing: CaseEvent) -> dict[str, Cell]:
    case, codes = writing.case, writing.delivery.codes
    code, decision = closing_code(case), decision_of(case)
    note = closing_note(case)
    why = str(decision.facts.get("reason") or "") if decision else str(closing.facts.get("reason") or "")
    name = closing_title(code) + (f"（{note}）" if note else "")
    posted = "yes" if case.fact("serve", "manner") == "post" else "no"
    return {
        "result_type": codes.code("result_type", code),
        "result_date": moment(closing.at),
        "result_explain": f"{name}。{why}" if why else name,
        "result_cetr_name": _issued(case, "result_name"),
        "result_cetr_no": _issued(case, "result_number"),
        "is_delivery_results": codes.code("yes_no", posted),
        "satisfaction": codes.code("satisfaction", str(case.fact("rate", "satisfaction"))),
        "handle_user_name": closing.hand.person_name,
    }


def _issued(case: Case, name: str) -> str:
    return str(case.fact("issue_result", name) or case.fact("handle_directly", name) or "")


def _material(row: HandedIn, codes: CodeBook) -> dict[str, Cell]:
    paper, scans = row.originals + row.copies > 0, bool(row.attachments)
    kind = "both" if paper and scans else "file" if scans else "paper"
    return {
        "material_name": row.name,
        "get_type": codes.code("get_type", kind),
        "get_num": str(row.originals + row.copies),
        "material_attach_name": "；".join(one.name for one in row.attachments),
        "remark": f"原件{row.originals}份，复印件{row.copies}份，共{row.pages}页",
    }


def _add_special(writing: _Writing, steps: Sequence[Step]) -> None:
    """A special procedure is told once it has ended: the table wants its end."""
    for start, end in _special(steps):
        if end is None:
            guid = writing.guid(SPECIAL_PROCEDURE, start.event_id)
            why = "特别程序尚未结束，结束后再报。"
            writing.gaps.append(Gap(SPECIAL_PROCEDURE.name, "end_time", guid, writing.number, why))
            continue
        writing.add(SPECIAL_PROCEDURE, start.event_id, _special_values(writing, start, end))


def _special(steps: Sequence[Step]) -> Iterator[tuple[CaseEvent, CaseEvent | None]]:
    started: CaseEvent | None = None
    for step in steps:
        if step.event.move == "extend":
            yield step.event, step.event
        elif step.event.move == "start_special":
            started = step.event
        elif step.event.move == "end_special" and started is not None:
            yield started, step.event
            started = None
    if started is not None:
        yield started, None


def _special_values(writing: _Writing, start: CaseEvent, end: CaseEvent) -> dict[str, Cell]:
    extends = start.move == "extend"
    named = _SPECIAL_NAMES.get(str(start.facts.get("procedure")), "其他")
    name = f"延长办理期限{start.facts.get('days', '')}个工作日" if extends else named
    return {
        "special_type": writing.delivery.codes.code("special_type", "extension" if extends else "other"),
        "special_name": name,
        "special_reason": str(start.facts.get("reason") or ""),
        "special_time": moment(start.at),
        "end_time": moment(end.at),
        "result": "批准延长" if extends else str(end.facts.get("result") or ""),
        "applyer_user_name": str(start.facts.get("approved_by") or start.hand.person_name),
        "handle_user": start.hand.person_name,
        "remark": str(start.facts.get("document_number") or ""),
    }
