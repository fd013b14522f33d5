"""Whole-service projects (全程代办, 专人代办): an enterprise's bundle of cases under one responsible agent."""

from __future__ import annotations

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Custody, Effect, State
from stationapp.domain.flow.vocabulary import CHIEF, REASON, STATIONS, states
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.rules import affairs, given, opening, projects

_KIND = AffairKind.PROJECT
_WHO = STATIONS | CHIEF
_SOURCE = "SEED 000, 003 (免费代办、全程代办、专人代办)"
_AGENT = Ask("to_person", AskKind.PERSON, "责任代办员")
_MEMBER = Ask("member", AskKind.TEXT, "收件号")

ROWS = (
    Move(
        "open_project",
        "全程代办立项",
        states(),
        Effect(State.PROJECT_OPEN, kind=_KIND),
        _WHO,
        ActsBy.OPENER,
        checks=(
            opening.numbers_are_right,
            projects.enterprise_is_named,
            affairs.subject_is_named,
            given.reasons_are_given("credit_code", "to_person"),
            projects.agent_works_there,
        ),
        asks=(
            Ask("credit_code", AskKind.TEXT, "统一社会信用代码"),
            _AGENT,
            Ask("due_on", AskKind.DATE, "约定完成日期", required=False),
            Ask("remark", AskKind.LONG_TEXT, "委托内容", required=False),
        ),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "add_to_project",
        "办件加入项目",
        states(State.PROJECT_OPEN),
        Effect(),
        _WHO,
        gates=(projects.is_responsible,),
        checks=(projects.member_is_new,),
        asks=(_MEMBER,),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "remove_from_project",
        "办件移出项目",
        states(State.PROJECT_OPEN),
        Effect(),
        _WHO,
        gates=(projects.is_responsible,),
        checks=(projects.member_is_there, given.reasons_are_given("reason")),
        asks=(_MEMBER, REASON),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "hand_project_on",
        "移交责任代办员",
        states(State.PROJECT_OPEN),
        Effect(None, Custody.HAND_TO),
        _WHO,
        gates=(projects.is_responsible,),
        checks=(
            affairs.to_existing_desk,
            given.reasons_are_given("to_person", "reason"),
            projects.agent_works_there,
        ),
        asks=(Ask("to_desk", AskKind.DESK, "单位"), _AGENT, REASON),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "close_project",
        "全程代办完成",
        states(State.PROJECT_OPEN),
        Effect(State.CLOSED),
        _WHO,
        gates=(projects.is_responsible,),
        checks=(given.reasons_are_given("outcome"),),
        asks=(Ask("outcome", AskKind.LONG_TEXT, "办理结果"),),
        source=_SOURCE,
        kind=_KIND,
    ),
)
