"""Supervision on the case (电子监察): urgings by the supervisors, appeals against cards, and what became of them.

The cards themselves are computed from the log (`supervision`); only what people say about them is an event.
"""

from __future__ import annotations

from stationapp.domain.case import Effect
from stationapp.domain.flow.vocabulary import EVERYBODY, REASON
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.organisation import PostKind
from stationapp.domain.rules import cards, given
from stationapp.domain.states import CASE_STATES

_SUPERVISORS = frozenset({PostKind.SUPERVISOR})
_FINDING = Ask("finding_id", AskKind.TEXT, "监察编号")
OUTCOMES = (("revoked", "撤销"), ("upheld", "维持"))

ROWS = (
    Move(
        "appeal_card",
        "监察申诉",
        CASE_STATES,
        Effect(shows=True),
        EVERYBODY,
        ActsBy.CONCERNED,
        checks=(
            given.reasons_are_given("finding_id", "reason"),
            cards.goes_to_supervisors,
            cards.is_not_appealed,
        ),
        asks=(_FINDING, REASON),
        source="domain 2.6 (申诉); SEED 001, 003 (责任追究)",
    ),
    Move(
        "decide_appeal",
        "申诉处理",
        CASE_STATES,
        Effect(),
        _SUPERVISORS,
        ActsBy.WATCHER,
        checks=(
            given.reasons_are_given("finding_id", "outcome", "reason"),
            cards.is_appealed,
            cards.appellant_does_not_decide,
        ),
        asks=(_FINDING, Ask("outcome", AskKind.CHOICE, "处理结果", choices=OUTCOMES), REASON),
        source="domain 2.6 (撤销)",
    ),
    Move(
        "supervise",
        "督办",
        CASE_STATES,
        Effect(),
        _SUPERVISORS,
        ActsBy.WATCHER,
        checks=(given.reasons_are_given("words"),),
        asks=(Ask("words", AskKind.LONG_TEXT, "督办内容"),),
        source="GB/T 39046 table 11 (督办)",
    ),
)
