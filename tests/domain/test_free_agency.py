"""Agency is free (免费代办, SEED 000, 003; 行政许可法 58): an agent has nowhere to write an amount down."""

from __future__ import annotations

import pytest

from stationapp.domain.case_flow import TABLE
from stationapp.domain.moves import Ask, AskKind, Move
from stationapp.domain.organisation import PostKind

OF_AGENTS = [move for move in TABLE.values() if PostKind.AGENT in move.posts]
MONEY = ("费", "金额", "元", "缴")


@pytest.mark.parametrize("move", OF_AGENTS, ids=lambda move: move.name)
def test_no_agent_is_asked_for_an_amount(move: Move) -> None:
    texts = [f"{ask.title}{ask.hint}" for ask in move.asks if ask.kind in {AskKind.NUMBER, AskKind.TEXT}]
    assert [text for text in texts if any(word in text for word in MONEY)] == []


def test_a_question_about_money_would_be_noticed() -> None:
    ask = Ask("fee", AskKind.NUMBER, "代办费（元）")
    assert any(word in ask.title for word in MONEY)
