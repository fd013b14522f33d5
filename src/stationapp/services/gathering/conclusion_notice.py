"""办结通知书."""

from __future__ import annotations

from stationapp.documents.forms.collection_notice import ReadyResult
from stationapp.documents.forms.conclusion_notice import ConclusionNotice
from stationapp.domain.case import Case
from stationapp.domain.flow.results import MANNERS
from stationapp.domain.time_limits import working_days_between
from stationapp.services.gathering.heads import notice_head
from stationapp.services.gathering.matter import DECISIONS, Matter, result_documents

_OUTCOMES = {
    "grant": "准予",
    "record_reply_granted": "准予（上级机关批复）",
    "refuse": "不予",
    "record_reply_refused": "不予（上级机关批复）",
    "default_decision": "超时默认（视为同意）",
}
_RATE_WHERE = "各便民服务站、政务服务中心窗口或电话，凭查询码评价，一件一评"


def gather(matter: Matter) -> ConclusionNotice:
    """Return the notice of how a case ended, what it gave, and how it can be rated."""
    case = matter.case
    accepted = case.when("accept")
    return ConclusionNotice(
        head=notice_head(matter),
        outcome=_outcome(case),
        closed_on=matter.event.at.date(),
        results=tuple(ReadyResult(*row) for row in result_documents(case)),
        accepted_on=accepted.date() if accepted else None,
        served_on=matter.fact_day("serve", "served_on"),
        service_manner=dict(MANNERS).get(str(case.fact("serve", "manner")), ""),
        time_used=_time_used(matter),
        time_limit=_limit(case),
        enquiry_code=case.enquiry_code,
        rate_where=_RATE_WHERE,
    )


def _outcome(case: Case) -> str:
    if case.when("close_unsupplied") is not None and case.when("grant") is None:
        return "补正不来办结"
    decided = next((move for move in DECISIONS if case.when(move)), "")
    return _OUTCOMES.get(decided, "当场办理")


def _time_used(matter: Matter) -> str:
    case = matter.case
    accepted = case.when("accept")
    decided = next((when for move in DECISIONS if (when := case.when(move))), None)
    if accepted is None or decided is None:
        return ""
    count = working_days_between(accepted.date(), decided.date(), matter.workplace.calendar)
    return f"{count.days}个工作日"


def _limit(case: Case) -> str:
    due = case.fact("accept", "promised_due", None) or case.fact("accept", "statutory_due", None) or {}
    return str(due.get("limit", ""))
