"""Consultations (咨询): asked once, answered with the basis, kept in a register that can be searched."""

from __future__ import annotations

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Custody, Effect, State
from stationapp.domain.flow.vocabulary import EVERYBODY, REASON, states
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.rules import affairs, given, opening

_KIND = AffairKind.CONSULTATION
_SOURCE = "SEED 003 (一口说清), 004 (服务热线、知识库)"
_CHANNELS = (("in_person", "当面"), ("phone", "电话"), ("online", "网上"), ("letter", "来信"))
_QUESTION = Ask("question", AskKind.LONG_TEXT, "咨询内容")

ROWS = (
    Move(
        "ask_question",
        "登记咨询",
        states(),
        Effect(State.ASKED, Custody.HAND_TO, kind=_KIND),
        EVERYBODY,
        ActsBy.OPENER,
        checks=(
            opening.numbers_are_right,
            affairs.person_may_be_unnamed,
            affairs.subject_is_named,
            affairs.to_existing_desk,
            given.reasons_are_given("question", "channel"),
        ),
        asks=(
            _QUESTION,
            Ask("channel", AskKind.CHOICE, "来访方式", choices=_CHANNELS),
            Ask("to_desk", AskKind.DESK, "答复单位"),
            Ask("answer_by", AskKind.DATE, "约定答复日期", required=False, hint="不能当场答复时填写。"),
        ),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "answer_question",
        "答复咨询",
        states(State.ASKED, State.ANSWERED),
        Effect(State.ANSWERED),
        EVERYBODY,
        checks=(given.reasons_are_given("answer", "basis"),),
        asks=(
            Ask("answer", AskKind.LONG_TEXT, "答复"),
            Ask("basis", AskKind.TEXT, "依据", hint="事项名称、法规条款或文件。"),
        ),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "refer_question",
        "转请答复",
        states(State.ASKED),
        Effect(State.ASKED, Custody.HAND_TO),
        EVERYBODY,
        checks=(affairs.to_another_desk, given.reasons_are_given("reason")),
        asks=(Ask("to_desk", AskKind.DESK, "答复单位"), REASON),
        source="SEED 000, 003 (首问负责)",
        kind=_KIND,
    ),
    Move(
        "ask_again",
        "追问",
        states(State.ANSWERED),
        Effect(State.ASKED),
        EVERYBODY,
        ActsBy.CONCERNED,
        checks=(given.reasons_are_given("question"),),
        asks=(_QUESTION,),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "close_question",
        "咨询办结",
        states(State.ANSWERED),
        Effect(State.CLOSED),
        EVERYBODY,
        ActsBy.CONCERNED,
        source=_SOURCE,
        kind=_KIND,
    ),
)
