"""Cases whose very opening the hub refused (未被承认): no other desk knows them, and nothing more is done with them."""

from __future__ import annotations

from stationapp.domain.affair_kinds import noun_of
from stationapp.domain.case import CASE, Case
from stationapp.domain.case_flow import TABLE
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.acts import record_in
from stationapp.store.records import CaseSummary
from stationapp.store.units import ReadUnit

TITLE = "未被承认"
"""What such a case is called in place of its state."""


def case_to_act_on(unit: ReadUnit, case_id: str) -> Case:
    """Return a case on which somebody acts; raises Refused when there is none, or its opening was refused."""
    record = record_in(unit, case_id)
    if record.opening_refused:
        raise Refused(why_unrecognised(unit, record.case))
    return record.case


def why_unrecognised(unit: ReadUnit, case: Case) -> Reason:
    """Return why nothing can be done with a case whose opening was refused, with what to do: `unrecognised`."""
    refused = (row for row in unit.events.refused(case.case_id) if _opens(row.event.move))
    opening = next(refused, None)
    told = "".join(reason.text for reason in opening.reasons) if opening is not None else ""
    return Reason("unrecognised", _sentence(case.kind, told))


def sentence_of(row: CaseSummary) -> str:
    """Return the same sentence for a line of a list; empty for a case that the hub did not refuse."""
    return _sentence(row.kind, row.why_refused) if row.opening_refused else ""


def _sentence(kind: str, told: str) -> str:
    noun, again = noun_of(kind), "收件，取得新的收件号" if kind == CASE else "登记，取得新的编号"
    because = f"：{told}" if told else "。"
    return f"县级平台没有承认这个{noun}{because}不能再办理；请重新{again}，并收回已经打印的凭证。"


def _opens(move: str) -> bool:
    return move in TABLE and TABLE[move].opens
