"""What can be asked of a case by those who do not hold it, and what its holder notes about it at any time."""

from __future__ import annotations

from dataclasses import replace

from stationapp.domain.case import FINAL_STATES, Effect, State
from stationapp.domain.flow.vocabulary import (
    ACCEPTERS,
    CHIEF,
    EVERYBODY,
    OFFICER,
    REASON,
    STATIONS,
    UNDER_REVIEW,
    states,
)
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.rules import endings, given, people
from stationapp.domain.states import CASE_STATES

_RUNNING = CASE_STATES - FINAL_STATES
_BEFORE_DECISION = (
    states(
        State.INCOMPLETE,
        State.RECEIVED,
        State.IN_TRANSIT,
        State.SIGNED_FOR,
        State.SENT_BACK,
        State.SUPPLEMENT,
        State.EXAMINED,
        State.REGISTERED,
        State.SPECIAL_PROCEDURE,
        State.REPORTED_UP,
    )
    | UNDER_REVIEW
)
_VOIDABLE = states(
    State.INCOMPLETE,
    State.RECEIVED,
    State.SENT_BACK,
    State.SIGNED_FOR,
    State.EXAMINED,
    State.REGISTERED,
)
_WRITTEN = Ask(
    "written_request",
    AskKind.TEXT,
    "申请人书面申请",
    required=False,
    hint="写明申请书的日期和签名人；其他单位转来的撤回申请不用再填。",
)
_VOIDING = (("void", "作废（业务上无效）"), ("delete", "删除（录入等技术性错误）"))

ROWS = (
    Move(
        "withdraw",
        "申请人撤回",
        _BEFORE_DECISION - {State.IN_TRANSIT},
        Effect(State.WITHDRAWN),
        STATIONS | OFFICER,
        gates=(endings.applicant_asked,),
        checks=(given.reasons_are_given("reason", "document_number"), endings.request_is_in_writing),
        asks=(REASON, _WRITTEN),
        paper="withdrawal_confirmation",
        clock="stops",
        source="domain 1.3 (12)",
    ),
    Move(
        "request_withdrawal",
        "申请撤回",
        _BEFORE_DECISION,
        Effect(),
        STATIONS,
        ActsBy.CONCERNED,
        checks=(given.reasons_are_given("reason", "written_request"),),
        asks=(REASON, replace(_WRITTEN, required=True)),
        source="domain 1.3 (12)",
    ),
    Move(
        "dismiss_withdrawal",
        "撤回申请不成立",
        _BEFORE_DECISION - {State.IN_TRANSIT},
        Effect(),
        STATIONS | OFFICER | CHIEF,
        gates=(endings.withdrawal_is_asked,),
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
    ),
    Move(
        "urge",
        "催办",
        _RUNNING,
        Effect(),
        EVERYBODY,
        ActsBy.CONCERNED,
        checks=(given.reasons_are_given("words"),),
        asks=(Ask("words", AskKind.LONG_TEXT, "催办内容"),),
        source="GB/T 39046 table 11 (督办)",
    ),
    Move(
        "acknowledge_urging",
        "确认催办",
        _RUNNING,
        Effect(),
        EVERYBODY,
        gates=(people.is_urged,),
        source="domain 2.4 (notice must be acknowledged)",
    ),
    Move(
        "propose_void",
        "提出作废",
        _VOIDABLE,
        Effect(shows=True),
        STATIONS,
        checks=(given.reasons_are_given("kind", "reason"), endings.proposal_is_shown_above),
        asks=(Ask("kind", AskKind.CHOICE, "处理方式", choices=_VOIDING), REASON),
        source="domain 1.3 (x); SEED 000 (四眼)",
    ),
    *(
        Move(
            name,
            title,
            _VOIDABLE,
            Effect(state),
            STATIONS,
            ActsBy.ABOVE,
            gates=(endings.void_is_proposed, endings.second_person_voids, endings.proposed_as(kind)),
            clock="stops",
            source=f"domain 1.2 (办结结果 {code})",
        )
        for name, title, state, kind, code in (
            ("void", "复核作废", State.VOIDED, "void", 2),
            ("delete_record", "复核删除", State.DELETED, "delete", 3),
        )
    ),
    Move(
        "prioritise",
        "绿色通道",
        _RUNNING,
        Effect(),
        STATIONS | OFFICER,
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
        source="SEED 003 (绿色通道)",
    ),
    Move(
        "note_external",
        "专网录入登记",
        _RUNNING | {State.CONCLUDED},
        Effect(),
        STATIONS | OFFICER,
        checks=(given.reasons_are_given("system", "external_number"),),
        asks=(
            Ask("system", AskKind.TEXT, "专网系统名称"),
            Ask("external_number", AskKind.TEXT, "专网办件编号"),
        ),
        source="SEED 003 (四网); domain 6",
    ),
    Move(
        "reassign",
        "首席代表指派",
        _RUNNING,
        Effect(),
        CHIEF,
        checks=(given.reasons_are_given("to_person"), people.works_here),
        asks=(Ask("to_person", AskKind.PERSON, "承办人"),),
        source="SEED 000, 001 (首席代表制)",
    ),
    Move(
        "bring_promised",
        "收下承诺材料",
        UNDER_REVIEW
        | states(
            State.RECEIVED,
            State.SIGNED_FOR,
            State.REGISTERED,
            State.GRANTED,
            State.RESULT_READY,
            State.SERVED,
            State.CONCLUDED,
        ),
        Effect(),
        STATIONS,
        ActsBy.CONCERNED,
        gates=(endings.promise_was_made,),
        checks=(endings.promised_is_brought,),
        asks=(Ask("materials", AskKind.MATERIALS, "承诺补交的材料"),),
        paper="material_receipt",
        source="SEED 004 (承诺+事后核查)",
    ),
    Move(
        "check_promise",
        "承诺核查",
        UNDER_REVIEW
        | states(State.GRANTED, State.RESULT_READY, State.SERVED, State.CONCLUDED, State.ARCHIVED),
        Effect(),
        ACCEPTERS | OFFICER,
        ActsBy.CONCERNED,
        gates=(endings.promise_was_made,),
        checks=(given.reasons_are_given("outcome", "finding"),),
        asks=(
            Ask(
                "outcome",
                AskKind.CHOICE,
                "核查结果",
                choices=(("kept", "已履行承诺"), ("broken", "未履行承诺")),
            ),
            Ask("finding", AskKind.LONG_TEXT, "核查情况"),
        ),
        source="SEED 004 (承诺+事后核查)",
    ),
)
