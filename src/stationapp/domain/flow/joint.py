"""Joint handling (联办): departments asked in parallel, one visit for all, and consent by default where it may be."""

from __future__ import annotations

from stationapp.domain.case import Effect, State
from stationapp.domain.flow.vocabulary import APPROVER, CHIEF, OFFICER, REASON, UNDER_REVIEW, WINDOW, states
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.organisation import Power
from stationapp.domain.rules import given, joint, powers

_LEAD = OFFICER | APPROVER
_PARTNERS = OFFICER | APPROVER | CHIEF
_OUTCOMES = (("agree", "同意"), ("disagree", "不同意"), ("agree_forward", "同意但需转报"))
_ANSWERABLE = UNDER_REVIEW | states(State.SPECIAL_PROCEDURE)
"""A department answers while a special procedure goes on: its own limit runs through it."""
_PART_DESK = Ask("desk_id", AskKind.DESK, "部门")

ROWS = (
    Move(
        "fan_out",
        "发联系单",
        UNDER_REVIEW,
        Effect(),
        _LEAD,
        gates=(powers.may_decide, joint.is_joint, joint.is_not_fanned_out),
        checks=(
            joint.parts_are_the_items,
            joint.part_limits_are_counted,
            given.reasons_are_given("document_number"),
        ),
        asks=(Ask("parts", AskKind.PARTS, "联办部门和征求意见的内容"),),
        paper="joint_contact_letter",
        source="行政许可法 26; SEED 001, 003 (并联审批)",
    ),
    Move(
        "sign_for_part",
        "接收联系单",
        _ANSWERABLE,
        Effect(),
        _PARTNERS,
        ActsBy.PARTNER,
        gates=(joint.part_is_new,),
        source="domain 4 (接收单)",
    ),
    Move(
        "give_opinion",
        "回执联系单",
        _ANSWERABLE,
        Effect(),
        _PARTNERS,
        ActsBy.PARTNER,
        gates=(joint.part_is_signed,),
        checks=(given.reasons_are_given("outcome", "document_number"), joint.objection_has_reasons),
        asks=(
            Ask("outcome", AskKind.CHOICE, "意见", choices=_OUTCOMES),
            Ask("opinion", AskKind.LONG_TEXT, "说明", required=False, hint="不同意的须写明理由。"),
        ),
        paper="joint_reply",
        source="domain 4 (回执函)",
    ),
    Move(
        "call_site_visit",
        "联合踏勘通知",
        UNDER_REVIEW,
        Effect(),
        _LEAD,
        gates=(powers.may_decide, joint.is_joint),
        checks=(given.reasons_are_given("visit_on", "meet_at"), joint.visit_calls_partners),
        asks=(
            Ask("visit_on", AskKind.DATE, "踏勘日期"),
            Ask("meet_at", AskKind.TEXT, "集合时间和地点"),
            Ask("vehicle", AskKind.TEXT, "车辆", required=False),
            Ask("desks", AskKind.DESKS, "参加部门"),
        ),
        source="SEED 003 (联合踏勘, 一车制)",
    ),
    Move(
        "acknowledge_visit",
        "确认踏勘通知",
        _ANSWERABLE,
        Effect(),
        _PARTNERS,
        ActsBy.MEMBER,
        gates=(joint.visit_is_called,),
        source="domain 2.4 (notice must be acknowledged)",
    ),
    Move(
        "record_site_visit",
        "联合踏勘记录",
        UNDER_REVIEW,
        Effect(),
        _LEAD,
        gates=(powers.may_decide, joint.is_joint, joint.visit_is_called),
        checks=(given.reasons_are_given("finding", "document_number"), joint.visit_has_been),
        asks=(
            Ask("attended", AskKind.ATTENDANCE, "参加单位和人员"),
            Ask("finding", AskKind.LONG_TEXT, "踏勘情况和意见"),
        ),
        paper="site_visit_record",
        source="SEED 003 (联合踏勘)",
    ),
    Move(
        "sign_visit_record",
        "签认踏勘记录",
        _ANSWERABLE,
        Effect(),
        _PARTNERS,
        ActsBy.MEMBER,
        gates=(joint.visit_is_recorded, joint.visit_is_called),
        source="SEED 003 (one record signed by all)",
    ),
    Move(
        "default_part",
        "联办部门超时默认",
        UNDER_REVIEW,
        Effect(),
        WINDOW,
        ActsBy.COORDINATOR,
        gates=(powers.at_window, joint.may_default_on_timeout),
        checks=(
            joint.silent_part_is_proven,
            given.reasons_are_given("reason", "document_number"),
        ),
        asks=(_PART_DESK, REASON),
        paper="timeout_default_notice",
        power=Power.COORDINATE,
        source="SEED 003 (审批超时默认制); domain 2.4",
    ),
    Move(
        "close_part",
        "部门未回执处理",
        UNDER_REVIEW,
        Effect(),
        _LEAD,
        gates=(powers.may_decide, joint.is_joint, joint.part_is_open),
        checks=(joint.part_may_be_closed, given.reasons_are_given("reason")),
        asks=(_PART_DESK, REASON),
        source="行政许可法 26, 42: the lead owes a decision in time; silence without proof is no consent",
    ),
    Move(
        "default_absent",
        "缺席默认",
        UNDER_REVIEW,
        Effect(),
        _LEAD,
        gates=(powers.may_decide, joint.may_default_on_absence),
        checks=(
            joint.absent_part_is_proven,
            given.reasons_are_given("reason", "document_number"),
        ),
        asks=(_PART_DESK, REASON),
        paper="absence_default_record",
        source="SEED 003 (联合审批缺席默认制); 宜春 2009",
    ),
    Move(
        "record_meeting",
        "会商记录",
        UNDER_REVIEW,
        Effect(),
        _LEAD,
        gates=(powers.may_decide, joint.is_joint),
        checks=(given.reasons_are_given("attended_by", "decision"),),
        asks=(
            Ask("attended_by", AskKind.LONG_TEXT, "参加单位和人员"),
            Ask("decision", AskKind.LONG_TEXT, "会商意见"),
        ),
        source="SEED 002 (9+X 会商)",
    ),
)
