"""The states of a case and of a service around it; the label is what a person reads (domain section 1.3)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    INCOMPLETE = "incomplete"
    RECEIVED = "received"
    IN_TRANSIT = "in_transit"
    SIGNED_FOR = "signed_for"
    SENT_BACK = "sent_back"
    SUPPLEMENT = "supplement"
    EXAMINED = "examined"
    REGISTERED = "registered"
    DEEMED_ACCEPTED = "deemed_accepted"
    ACCEPTED = "accepted"
    SPECIAL_PROCEDURE = "special_procedure"
    REVIEWED = "reviewed"
    CHECKED = "checked"
    REPORTED_UP = "reported_up"
    GRANTED = "granted"
    REFUSED = "refused"
    DEFAULTED = "defaulted"
    RESULT_READY = "result_ready"
    RESULT_IN_TRANSIT = "result_in_transit"
    SERVED = "served"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    SUPPLEMENT_LAPSED = "supplement_lapsed"
    NOT_ACCEPTED = "not_accepted"
    NOT_NEEDED = "not_needed"
    RETURNED = "returned"
    VOIDED = "voided"
    DELETED = "deleted"
    ARCHIVED = "archived"
    # Services around a case (affairs).
    BOOKED = "booked"
    KEPT = "kept"
    VISITED = "visited"
    MISSED = "missed"
    CANCELLED = "cancelled"
    ASKED = "asked"
    ANSWERED = "answered"
    FILED = "filed"
    UNDER_INQUIRY = "under_inquiry"
    REPLIED = "replied"
    TURNED_DOWN = "turned_down"
    CLOSED = "closed"
    ABSENT = "absent"
    BACK = "back"
    OPEN_SERVICE = "open_service"
    PROJECT_OPEN = "project_open"
    DISPUTED = "disputed"
    HEARD = "heard"
    SETTLED = "settled"
    SUGGESTED = "suggested"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    ON_DUTY = "on_duty"

    @property
    def label(self) -> str:
        """The state's name on screens and papers."""
        return _LABELS[self]

    @property
    def is_final(self) -> bool:
        """Whether the work on the case is over; it may still be rated, archived or looked at."""
        return self in FINAL_STATES or self in AFFAIR_ENDS


_LABELS = {
    State.INCOMPLETE: "待补齐材料",
    State.RECEIVED: "已收件",
    State.IN_TRANSIT: "在途",
    State.SIGNED_FOR: "已签收",
    State.SENT_BACK: "已退回更正",
    State.SUPPLEMENT: "待补正",
    State.EXAMINED: "已初审",
    State.REGISTERED: "已登记",
    State.DEEMED_ACCEPTED: "视为受理",
    State.ACCEPTED: "已受理",
    State.SPECIAL_PROCEDURE: "特别程序",
    State.REVIEWED: "已审查",
    State.CHECKED: "已审核",
    State.REPORTED_UP: "已上报上级",
    State.GRANTED: "准予",
    State.REFUSED: "不予",
    State.DEFAULTED: "超时默认",
    State.RESULT_READY: "待送达",
    State.RESULT_IN_TRANSIT: "结果在途",
    State.SERVED: "已送达",
    State.CONCLUDED: "已办结",
    State.WITHDRAWN: "已撤回",
    State.SUPPLEMENT_LAPSED: "补正不来办结",
    State.NOT_ACCEPTED: "不予受理",
    State.NOT_NEEDED: "不需要许可",
    State.RETURNED: "退件办结",
    State.VOIDED: "已作废",
    State.DELETED: "已删除（录入错误）",
    State.ARCHIVED: "已归档",
    State.BOOKED: "已预约",
    State.KEPT: "已到场",
    State.VISITED: "已上门",
    State.MISSED: "未到场",
    State.CANCELLED: "已取消",
    State.ASKED: "待答复",
    State.ANSWERED: "已答复",
    State.FILED: "待受理（投诉）",
    State.UNDER_INQUIRY: "调查中",
    State.REPLIED: "已反馈",
    State.TURNED_DOWN: "不予受理（投诉）",
    State.CLOSED: "已了结",
    State.ABSENT: "离岗",
    State.BACK: "已返岗",
    State.OPEN_SERVICE: "延时服务",
    State.PROJECT_OPEN: "代办中",
    State.DISPUTED: "待陈述",
    State.HEARD: "待协调",
    State.SETTLED: "已协调",
    State.SUGGESTED: "待处理（建议）",
    State.ADOPTED: "已采纳",
    State.NOT_ADOPTED: "未采纳",
    State.ON_DUTY: "值班中",
}

ENDED_STATES = frozenset(
    {
        State.CONCLUDED,
        State.WITHDRAWN,
        State.SUPPLEMENT_LAPSED,
        State.NOT_ACCEPTED,
        State.NOT_NEEDED,
        State.RETURNED,
        State.VOIDED,
        State.DELETED,
    }
)
"""How a case can end; archiving comes after it and changes nothing about the outcome."""

FINAL_STATES = ENDED_STATES | {State.ARCHIVED}

_AFFAIR_OPEN = frozenset(
    {
        State.BOOKED,
        State.ASKED,
        State.ANSWERED,
        State.FILED,
        State.UNDER_INQUIRY,
        State.REPLIED,
        State.ABSENT,
        State.OPEN_SERVICE,
        State.PROJECT_OPEN,
        State.DISPUTED,
        State.HEARD,
        State.SUGGESTED,
        State.ON_DUTY,
    }
)

AFFAIR_ENDS = frozenset(
    {
        State.KEPT,
        State.VISITED,
        State.MISSED,
        State.CANCELLED,
        State.TURNED_DOWN,
        State.CLOSED,
        State.BACK,
        State.SETTLED,
        State.ADOPTED,
        State.NOT_ADOPTED,
    }
)
"""How an affair can end."""

AFFAIR_STATES = _AFFAIR_OPEN | AFFAIR_ENDS
"""Where an affair can stand, and no case does."""

CASE_STATES = frozenset(State) - AFFAIR_STATES
"""Where a case (办件) can stand, and no affair does."""
