"""The result: made, sent down the chain, waiting for collection, served, concluded, rated, archived."""

from __future__ import annotations

from stationapp.domain.case import ENDED_STATES, Custody, Effect, State
from stationapp.domain.flow.vocabulary import (
    ACCEPTERS,
    APPROVER,
    DIFFERENCES,
    EVERYBODY,
    RESULT_MAKERS,
    STATIONS,
    states,
)
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.organisation import Power
from stationapp.domain.rules import endings, given, routing, service

MANNERS = (
    ("in_person", "直接送达本人"),
    ("household", "同住成年家属代收"),
    ("left", "留置送达"),
    ("post", "邮寄送达"),
    ("electronic", "经同意电子送达"),
)
SATISFACTION = (("1", "非常满意"), ("2", "满意"), ("3", "基本满意"), ("4", "不满意"), ("5", "非常不满意"))
"""GB/T 39046 table A.8."""
CHANNELS = (
    ("pc", "PC端"),
    ("mobile", "移动端"),
    ("qr", "二维码"),
    ("hall_tablet", "大厅平板"),
    ("hall_other", "大厅其他终端"),
    ("phone", "电话"),
    ("sms", "短信"),
)
"""GB/T 39046 table 9."""
_WITHDRAWN_RECORDS = states(State.VOIDED, State.DELETED)

ROWS = (
    Move(
        "issue_result",
        "出件",
        states(State.GRANTED, State.REFUSED, State.DEFAULTED),
        Effect(State.RESULT_READY, Custody.HAND_TO),
        RESULT_MAKERS,
        checks=(routing.goes_to_own_window, given.reasons_are_given("result_name")),
        asks=(
            Ask("result_name", AskKind.TEXT, "结果名称"),
            Ask("result_number", AskKind.TEXT, "证照编号", required=False),
        ),
        source="行政许可法 44; SEED 003 (统一窗口出件)",
    ),
    Move(
        "send_result",
        "发还结果",
        states(State.RESULT_READY),
        Effect(State.RESULT_IN_TRANSIT, Custody.ADDRESS),
        ACCEPTERS,
        gates=(routing.result_goes_down,),
        checks=(routing.addresses_neighbour, routing.names_batch),
        paper="handover_list",
        batched=True,
        source="SEED 003",
    ),
    Move(
        "sign_for_result",
        "签收结果",
        states(State.RESULT_IN_TRANSIT),
        Effect(State.RESULT_READY, Custody.TAKE),
        STATIONS,
        ActsBy.ADDRESSEE,
        asks=(DIFFERENCES,),
        source="SEED 003",
    ),
    Move(
        "notify_collection",
        "通知领取",
        states(State.RESULT_READY),
        Effect(),
        STATIONS,
        gates=(routing.result_is_here,),
        checks=(given.reasons_are_given("where", "until", "document_number"),),
        asks=(
            Ask("where", AskKind.TEXT, "领取地点"),
            Ask("until", AskKind.DATE, "领取截止日期"),
            Ask("bring", AskKind.TEXT, "请携带", required=False, hint="如身份证、收件凭证。"),
        ),
        paper="collection_notice",
        source="行政许可法 44",
    ),
    Move(
        "serve",
        "送达",
        states(State.RESULT_READY),
        Effect(State.SERVED),
        STATIONS,
        gates=(routing.result_is_here,),
        checks=(
            given.reasons_are_given("manner", "recipient", "served_on", "document_number"),
            service.service_is_witnessed,
            service.service_follows_result,
        ),
        asks=(
            Ask("manner", AskKind.CHOICE, "送达方式", choices=MANNERS),
            Ask("recipient", AskKind.TEXT, "签收人"),
            Ask("relation", AskKind.TEXT, "与受送达人关系", required=False, hint="代收时填写。"),
            Ask("witness", AskKind.TEXT, "见证人", required=False, hint="留置送达时填写。"),
            Ask("waybill", AskKind.TEXT, "邮寄单号", required=False, hint="邮寄送达时填写。"),
            Ask("sent_on", AskKind.DATE, "寄出日期", required=False, hint="邮寄送达时填写。"),
            Ask("consent", AskKind.TEXT, "同意电子送达的方式和日期", required=False, hint="电子送达时填写。"),
            Ask("served_on", AskKind.DATE, "收到日期"),
        ),
        paper="service_certificate",
        power=Power.SERVE,
        source="行政许可法 44; 民诉法 87-90",
    ),
    Move(
        "conclude",
        "办结",
        states(State.SERVED),
        Effect(State.CONCLUDED),
        STATIONS,
        paper="conclusion_notice",
        source="GB/T 39046 table 8",
    ),
    Move(
        "rate",
        "评价",
        ENDED_STATES - _WITHDRAWN_RECORDS | {State.ARCHIVED},
        Effect(),
        EVERYBODY,
        ActsBy.CONCERNED,
        gates=(endings.record_stands, endings.is_not_rated),
        checks=(given.reasons_are_given("enquiry_code", "satisfaction", "channel"), endings.citizen_rates),
        asks=(
            Ask("enquiry_code", AskKind.TEXT, "申请人查询码"),
            Ask("satisfaction", AskKind.CHOICE, "满意度", choices=SATISFACTION),
            Ask("channel", AskKind.CHOICE, "评价渠道", choices=CHANNELS),
            Ask("words", AskKind.LONG_TEXT, "文字评价", required=False),
        ),
        source="GB/T 39046 tables 9, A.8; domain 6 (好差评)",
    ),
    Move(
        "rectify",
        "差评整改",
        ENDED_STATES - _WITHDRAWN_RECORDS | {State.ARCHIVED},
        Effect(),
        EVERYBODY,
        gates=(endings.rating_is_bad,),
        checks=(given.reasons_are_given("measures", "called_back_on"),),
        asks=(
            Ask("measures", AskKind.LONG_TEXT, "整改措施"),
            Ask("called_back_on", AskKind.DATE, "回访日期"),
        ),
        source="domain 6 (15 working days, 100 % call-back)",
    ),
    Move(
        "archive",
        "归档",
        ENDED_STATES,
        Effect(State.ARCHIVED),
        STATIONS | APPROVER,
        checks=(given.reasons_are_given("shelf_number"),),
        asks=(Ask("shelf_number", AskKind.TEXT, "档号"),),
        source="domain 1.3 (16), 1.2 (办件状态 6)",
    ),
)
