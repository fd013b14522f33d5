"""What desks settle among themselves: disputes between windows, and what stations propose for the guides."""

from __future__ import annotations

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Custody, Effect, State
from stationapp.domain.flow.vocabulary import CHIEF, EVERYBODY, REASON, WINDOW, states
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.rules import affairs, given, opening

_DISPUTE, _FEEDBACK = AffairKind.DISPUTE, AffairKind.FEEDBACK
_COUNTY = WINDOW | CHIEF
_SETTLED_IN = "SEED 002 (窗口争议解决、业务规范协调)"
_GUIDES = "SEED 004 (制定—执行—评价—完善)"
_WINDOW_DESK = Ask("to_desk", AskKind.DESK, "协调单位")

ROWS = (
    Move(
        "raise_dispute",
        "提出窗口争议",
        states(),
        Effect(State.DISPUTED, Custody.HAND_TO, kind=_DISPUTE),
        EVERYBODY,
        ActsBy.OPENER,
        checks=(
            opening.numbers_are_right,
            affairs.subject_is_named,
            affairs.to_another_desk,
            given.reasons_are_given("matter"),
        ),
        asks=(
            Ask("to_desk", AskKind.DESK, "对方单位"),
            Ask("matter", AskKind.LONG_TEXT, "争议内容和本方意见"),
            Ask("about", AskKind.TEXT, "所涉收件号", required=False),
        ),
        source=_SETTLED_IN,
        kind=_DISPUTE,
    ),
    Move(
        "state_position",
        "陈述意见",
        states(State.DISPUTED),
        Effect(State.HEARD, Custody.HAND_TO),
        EVERYBODY,
        checks=(affairs.to_county_window, given.reasons_are_given("position")),
        asks=(Ask("position", AskKind.LONG_TEXT, "本方意见"), _WINDOW_DESK),
        source=_SETTLED_IN,
        kind=_DISPUTE,
    ),
    Move(
        "escalate_dispute",
        "提请协调",
        states(State.DISPUTED),
        Effect(State.HEARD, Custody.HAND_TO),
        EVERYBODY,
        ActsBy.CONCERNED,
        checks=(affairs.to_county_window, given.reasons_are_given("reason")),
        asks=(REASON, _WINDOW_DESK),
        source=_SETTLED_IN,
        kind=_DISPUTE,
    ),
    Move(
        "settle_dispute",
        "作出协调意见",
        states(State.HEARD),
        Effect(State.SETTLED),
        _COUNTY,
        gates=(affairs.at_county_window,),
        checks=(given.reasons_are_given("decision", "basis"),),
        asks=(
            Ask("decision", AskKind.LONG_TEXT, "协调意见"),
            Ask("basis", AskKind.TEXT, "依据"),
        ),
        source=_SETTLED_IN,
        kind=_DISPUTE,
    ),
    Move(
        "withdraw_dispute",
        "撤回争议",
        states(State.DISPUTED, State.HEARD),
        Effect(State.CANCELLED),
        EVERYBODY,
        ActsBy.CONCERNED,
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
        source=_SETTLED_IN,
        kind=_DISPUTE,
    ),
    Move(
        "suggest_change",
        "对办事指南提建议",
        states(),
        Effect(State.SUGGESTED, Custody.HAND_TO, kind=_FEEDBACK),
        EVERYBODY,
        ActsBy.OPENER,
        checks=(
            opening.numbers_are_right,
            affairs.person_may_be_unnamed,
            affairs.subject_is_named,
            affairs.to_county_window,
            given.reasons_are_given("words"),
        ),
        asks=(Ask("words", AskKind.LONG_TEXT, "问题和建议"), _WINDOW_DESK),
        source=_GUIDES,
        kind=_FEEDBACK,
    ),
    Move(
        "adopt_suggestion",
        "采纳建议",
        states(State.SUGGESTED),
        Effect(State.ADOPTED),
        _COUNTY,
        gates=(affairs.at_county_window,),
        checks=(given.reasons_are_given("change"),),
        asks=(Ask("change", AskKind.LONG_TEXT, "如何修改"),),
        source=_GUIDES,
        kind=_FEEDBACK,
    ),
    Move(
        "decline_suggestion",
        "不采纳建议",
        states(State.SUGGESTED),
        Effect(State.NOT_ADOPTED),
        _COUNTY,
        gates=(affairs.at_county_window,),
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
        source=_GUIDES,
        kind=_FEEDBACK,
    ),
)
