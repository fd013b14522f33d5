"""办结通知书."""

from __future__ import annotations

from stationapp.documents.forms.collection_notice import ReadyResult
from stationapp.documents.forms.conclusion_notice import ConclusionNotice
from stationapp.domain.case import Case
from stationapp.domain.due_dates import leading_due
from stationapp.domain.flow.results import MANNERS
from stationapp.services.gathering.heads import court, notice_head, review_organ
from stationapp.services.gathering.matter import Matter, accepted_on, decided_by, due_limit, result_documents

_OUTCOMES = {
    "grant": "准予",
    "record_reply_granted": "准予（上级机关批复）",
    "refuse": "不予",
    "record_reply_refused": "不予（上级机关批复）",
    "default_decision": "超时默认（视为同意）",
}
_LAPSED = "补正不来办结"
_AGAINST = frozenset({"不予", "不予（上级机关批复）", _LAPSED})
"""The outcomes an applicant may want to have reviewed (行政复议法 11, 行政诉讼法 12)."""
_RATE_WHERE = "各便民服务站、政务服务中心窗口或电话，凭查询码评价，一件一评"


def gather(matter: Matter) -> ConclusionNotice:
    """Return the notice of how a case ended, what it gave, and how it can be rated."""
    case, outcome = matter.case, _outcome(matter)
    decided = decided_by(case)
    against = outcome in _AGAINST
    return ConclusionNotice(
        head=notice_head(matter),
        outcome=outcome,
        closed_on=matter.event.at.date(),
        results=tuple(ReadyResult(*row) for row in result_documents(case)),
        accepted_on=accepted_on(case),
        served_on=matter.fact_day("serve", "served_on"),
        service_manner=dict(MANNERS).get(str(case.fact("serve", "manner")), ""),
        time_used=matter.used(decided) if decided is not None else "",
        time_limit=_limit(case),
        enquiry_code=case.enquiry_code,
        rate_where=_RATE_WHERE,
        review_organ=review_organ(matter) if against else "",
        court=court(matter) if against else "",
        remarks=matter.text("reason"),
    )


def _limit(case: Case) -> str:
    """The promised limit, or the statutory one by its name where nothing shorter was promised."""
    limit = due_limit(case)
    return f"{limit}（法定期限）" if limit and leading_due(case) == "statutory_due" else limit


def _outcome(matter: Matter) -> str:
    if matter.event.move == "close_unsupplied":
        return _LAPSED
    decided = decided_by(matter.case)
    return _OUTCOMES[decided.move] if decided is not None else "当场办理"
