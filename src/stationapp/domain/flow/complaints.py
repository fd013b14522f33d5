"""Complaints (投诉): taken down anywhere, handled by the complaint post, within limits, hidden from the accused."""

from __future__ import annotations

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Custody, Effect, State
from stationapp.domain.flow.vocabulary import CHIEF, OFFICER, REASON, STATIONS, states
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.organisation import PostKind
from stationapp.domain.rules import affairs, complaints, given, opening

_KIND = AffairKind.COMPLAINT
_SUPERVISOR = frozenset({PostKind.SUPERVISOR})
_FILERS = STATIONS | OFFICER | CHIEF | _SUPERVISOR
_HIDDEN = (complaints.is_not_accused,)
_CHANNELS = (("in_person", "当面"), ("phone", "电话"), ("online", "网上"), ("letter", "来信"))
_FINDINGS = (("upheld", "属实"), ("partly", "部分属实"), ("not_upheld", "不属实"))
_OPEN = states(State.FILED, State.UNDER_INQUIRY)
_SOURCE = "SEED 000, 003 (投诉受理制)"

ROWS = (
    Move(
        "file_complaint",
        "登记投诉",
        states(),
        Effect(State.FILED, Custody.HAND_TO, kind=_KIND),
        _FILERS,
        ActsBy.OPENER,
        checks=(
            opening.numbers_are_right,
            affairs.person_may_be_unnamed,
            affairs.subject_is_named,
            given.reasons_are_given("accused_desk", "matter", "channel"),
            complaints.accused_is_known,
            complaints.accused_does_not_file,
            complaints.goes_to_complaint_post,
        ),
        asks=(
            Ask("accused_desk", AskKind.DESK, "被投诉单位"),
            Ask("accused_person", AskKind.PERSON, "被投诉人", required=False, hint="只投诉单位的不填。"),
            Ask("matter", AskKind.LONG_TEXT, "投诉内容"),
            Ask("channel", AskKind.CHOICE, "投诉方式", choices=_CHANNELS),
            Ask("about", AskKind.TEXT, "所涉收件号", required=False),
            Ask("to_desk", AskKind.DESK, "受理单位"),
        ),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "add_to_complaint",
        "补充投诉内容",
        _OPEN,
        Effect(),
        _FILERS,
        ActsBy.CONCERNED,
        gates=_HIDDEN,
        checks=(given.reasons_are_given("matter"),),
        asks=(Ask("matter", AskKind.LONG_TEXT, "补充内容"),),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "withdraw_complaint",
        "撤回投诉",
        _OPEN,
        Effect(State.CANCELLED),
        _FILERS,
        ActsBy.CONCERNED,
        gates=_HIDDEN,
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "accept_complaint",
        "受理投诉",
        states(State.FILED),
        Effect(State.UNDER_INQUIRY),
        _SUPERVISOR,
        gates=_HIDDEN,
        source="domain 6 (accepted within 5 working days)",
        kind=_KIND,
    ),
    Move(
        "decline_complaint",
        "投诉不予受理",
        states(State.FILED),
        Effect(State.TURNED_DOWN),
        _SUPERVISOR,
        gates=_HIDDEN,
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "extend_complaint",
        "延长投诉办理期限",
        states(State.UNDER_INQUIRY),
        Effect(),
        _SUPERVISOR,
        gates=(*_HIDDEN, complaints.is_not_extended),
        checks=(given.reasons_are_given("days", "reason"), complaints.extension_is_allowed),
        asks=(Ask("days", AskKind.NUMBER, "延长工作日数"), REASON),
        source="domain 6; GB/T 36113—2018",
        kind=_KIND,
    ),
    Move(
        "reply_complaint",
        "反馈投诉",
        states(State.UNDER_INQUIRY),
        Effect(State.REPLIED),
        _SUPERVISOR,
        gates=_HIDDEN,
        checks=(given.reasons_are_given("outcome", "finding", "measures"),),
        asks=(
            Ask("outcome", AskKind.CHOICE, "调查结论", choices=_FINDINGS),
            Ask("finding", AskKind.LONG_TEXT, "调查情况"),
            Ask("measures", AskKind.LONG_TEXT, "处理和整改措施"),
        ),
        source="domain 6 (answered within 10 working days)",
        kind=_KIND,
    ),
    Move(
        "close_complaint",
        "投诉办结",
        states(State.REPLIED),
        Effect(State.CLOSED),
        _SUPERVISOR,
        gates=_HIDDEN,
        checks=(given.reasons_are_given("called_back_on", "satisfied"), complaints.call_back_has_been),
        asks=(
            Ask("called_back_on", AskKind.DATE, "回访日期"),
            Ask(
                "satisfied",
                AskKind.CHOICE,
                "投诉人对反馈",
                choices=(("yes", "满意"), ("no", "不满意"), ("unreached", "联系不上")),
            ),
            Ask("words", AskKind.LONG_TEXT, "回访情况", required=False),
        ),
        source="domain 6 (call-back 100 %)",
        kind=_KIND,
    ),
)
