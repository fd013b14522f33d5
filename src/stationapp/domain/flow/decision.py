"""From acceptance to the decision: review, publicity, special procedures, extension, reports upwards."""

from __future__ import annotations

from stationapp.domain.case import Effect, State
from stationapp.domain.flow.vocabulary import (
    APPROVER,
    CHIEF,
    OFFICER,
    OPINION,
    REASON,
    REVIEWERS,
    UNDER_REVIEW,
    WINDOW,
    states,
)
from stationapp.domain.moves import ActsBy, Ask, AskKind, Gate, Move
from stationapp.domain.organisation import Power
from stationapp.domain.rules import decision, endings, given, joint, powers, replies, special

_HEADS = APPROVER | CHIEF
_TWO_PERSONS: tuple[Gate, ...] = (
    powers.may_decide,
    powers.is_given_to_me,
    decision.is_reviewed,
    decision.decider_did_not_accept,
    decision.decider_did_not_review,
    decision.no_withdrawal_waits,
)
_FINDINGS = Ask(
    "findings",
    AskKind.LONG_TEXT,
    "查明的事实",
    required=False,
    hint="写入决定书，申请人看得到；上面的意见只在内部使用。",
)
_VALIDITY = Ask(
    "validity", AskKind.TEXT, "有效期限", required=False, hint="写入决定书，如“三年”；没有期限的不填。"
)
_REPLY = (
    Ask("organ", AskKind.TEXT, "批复机关"),
    Ask("reply_number", AskKind.TEXT, "批复文号"),
    Ask("replied_on", AskKind.DATE, "批复日期"),
    REASON,
)

ROWS = (
    Move(
        "review",
        "审查",
        states(State.ACCEPTED, State.DEEMED_ACCEPTED),
        Effect(State.REVIEWED),
        REVIEWERS,
        gates=(powers.may_decide, powers.is_given_to_me),
        checks=(given.reasons_are_given("opinion"),),
        asks=(OPINION, _FINDINGS),
        power=Power.REVIEW,
        source="行政许可法 34; SEED 001 (一审一核)",
    ),
    Move(
        "check",
        "审核",
        states(State.REVIEWED),
        Effect(State.CHECKED),
        _HEADS | REVIEWERS,
        gates=(powers.may_decide, decision.checker_did_not_review),
        checks=(given.reasons_are_given("opinion"),),
        asks=(OPINION,),
        source="domain 1.3 (审查→审核→决定)",
    ),
    Move(
        "publicise",
        "公示",
        UNDER_REVIEW,
        Effect(),
        REVIEWERS | APPROVER,
        gates=(powers.may_decide, decision.is_publicised),
        checks=(
            given.reasons_are_given("publicity_from", "publicity_to", "place", "evidence"),
            decision.publicity_is_long_enough,
            decision.publicity_is_bounded,
        ),
        asks=(
            Ask("publicity_from", AskKind.DATE, "公示开始日期"),
            Ask("publicity_to", AskKind.DATE, "公示结束日期"),
            Ask("place", AskKind.TEXT, "公示地点"),
            Ask("evidence", AskKind.TEXT, "公示凭据", hint="如照片编号、网页标题。"),
        ),
        clock="pauses",
        source="domain 2.2 (公示不计入)",
    ),
    Move(
        "start_special",
        "启动特别程序",
        states(State.ACCEPTED, State.DEEMED_ACCEPTED, State.REVIEWED, State.CHECKED),
        Effect(State.SPECIAL_PROCEDURE, pauses=True),
        REVIEWERS | APPROVER,
        gates=(powers.may_decide,),
        checks=(
            given.reasons_are_given("procedure", "reason", "expected_days", "document_number"),
            special.procedure_is_listed,
        ),
        asks=(
            Ask("procedure", AskKind.CHOICE, "特别程序种类", choices=special.PROCEDURES),
            REASON,
            Ask("expected_days", AskKind.NUMBER, "预计所需工作日"),
        ),
        paper="special_procedure_notice",
        clock="pauses",
        source="行政许可法 45",
    ),
    Move(
        "end_special",
        "特别程序结束",
        states(State.SPECIAL_PROCEDURE),
        Effect(resumes=True),
        REVIEWERS | APPROVER,
        checks=(given.reasons_are_given("result", "ended_on"), special.procedure_ends_after_it_began),
        asks=(Ask("result", AskKind.LONG_TEXT, "结果"), Ask("ended_on", AskKind.DATE, "结束日期")),
        clock="resumes",
        source="行政许可法 45",
    ),
    Move(
        "extend",
        "延长期限",
        UNDER_REVIEW,
        Effect(),
        APPROVER,
        gates=(powers.may_decide, special.is_extended_once),
        checks=(
            given.reasons_are_given("days", "reason", "approved_by", "document_number"),
            special.extension_is_short_enough,
            special.extension_is_in_time,
        ),
        asks=(
            Ask("days", AskKind.NUMBER, "延长工作日数"),
            REASON,
            Ask("approved_by", AskKind.TEXT, "批准人", hint="本机关负责人；联办件为本级政府负责人。"),
        ),
        paper="extension_notice",
        clock="extends",
        source="行政许可法 42",
    ),
    *(
        Move(
            name,
            title,
            UNDER_REVIEW,
            Effect(state),
            APPROVER,
            gates=(*_TWO_PERSONS, replies.county_decides, *gates),
            checks=(given.reasons_are_given("reason", "document_number"), *checks),
            asks=asks,
            paper="decision",
            clock="stops",
            power=Power.DECIDE,
            source=source,
        )
        for name, title, state, gates, checks, asks, source in (
            (
                "grant",
                "准予",
                State.GRANTED,
                (decision.parts_are_answered, decision.no_part_disagrees, endings.promise_is_not_broken),
                (decision.publicity_is_over,),
                (REASON, _VALIDITY),
                "行政许可法 38, 39",
            ),
            (
                "refuse",
                "不予",
                State.REFUSED,
                (decision.refusal_is_reviewed,),
                (),
                (REASON,),
                "行政许可法 38",
            ),
        )
    ),
    Move(
        "default_decision",
        "超时默认",
        UNDER_REVIEW,
        Effect(State.DEFAULTED),
        WINDOW,
        ActsBy.COORDINATOR,
        gates=(
            powers.at_window,
            powers.lies_with_department,
            replies.county_decides,
            joint.may_default_on_timeout,
            decision.no_withdrawal_waits,
            decision.parts_are_answered,
            decision.no_part_disagrees,
        ),
        checks=(
            joint.silent_decision_is_proven,
            decision.publicity_is_over,
            given.reasons_are_given("reason", "document_number"),
        ),
        asks=(REASON,),
        paper="timeout_default_notice",
        clock="stops",
        power=Power.COORDINATE,
        source="SEED 003 (审批超时默认制); domain 2.4",
    ),
    Move(
        "report_up",
        "上报上级机关",
        states(State.REVIEWED, State.CHECKED),
        Effect(State.REPORTED_UP),
        APPROVER,
        gates=(powers.may_decide, replies.is_decided_above_county),
        checks=(given.reasons_are_given("opinion", "organ", "document_number"),),
        asks=(OPINION, Ask("organ", AskKind.TEXT, "上级机关")),
        paper="report_letter",
        clock="",
        source="行政许可法 35, 43; SEED 001 (上报件)",
    ),
    *(
        Move(
            name,
            title,
            states(State.REPORTED_UP),
            Effect(state),
            APPROVER,
            gates=(powers.may_decide, decision.decider_did_not_review, decision.no_withdrawal_waits),
            checks=(
                given.reasons_are_given("organ", "reply_number", "replied_on", "reason", "document_number"),
                replies.reply_is_dated,
            ),
            asks=_REPLY,
            paper="decision",
            clock="stops",
            power=Power.DECIDE,
            source="行政许可法 35, 43",
        )
        for name, title, state in (
            ("record_reply_granted", "登记上级准予批复", State.GRANTED),
            ("record_reply_refused", "登记上级不予批复", State.REFUSED),
        )
    ),
    Move(
        "record_reply_returned",
        "登记上级退回",
        states(State.REPORTED_UP),
        Effect(State.REVIEWED),
        OFFICER | APPROVER,
        gates=(powers.may_decide,),
        checks=(given.reasons_are_given("organ", "reason"),),
        asks=(Ask("organ", AskKind.TEXT, "退回机关"), REASON),
        source="行政许可法 35, 43 (the organ above returns what it cannot decide on)",
    ),
)
