"""Random walks through the moves of affairs: they go everywhere, never outside the table, and come to an end."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from affairs_county import (
    AGENT,
    CHIEF,
    CLERK,
    COUNTY_WINDOW,
    DEPARTMENT,
    FRIDAY,
    OFFICER,
    SUPERVISOR,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    Affair,
    opening_facts,
)
from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import CASE, Custody, State
from stationapp.domain.case_flow import TABLE
from stationapp.domain.events import Hand
from stationapp.domain.states import AFFAIR_STATES

HANDS = (AGENT, CLERK, COUNTY_WINDOW, OFFICER, SUPERVISOR, CHIEF)
ROWS = {row.name: row for row in TABLE.values() if row.kind != CASE}
OPENERS = {row.kind: row.name for row in ROWS.values() if row.opens}
LONGEST = 40
GIVING_UP = {name for name in ROWS if name.startswith(("cancel", "withdraw", "decline"))}
_REASON = {"reason": "另有安排"}
_UNTIL = {"until_on": "2026-12-24", "until_at": "17:00"}
ANSWERS: dict[str, dict[str, Any]] = {
    "cancel_appointment": _REASON,
    "record_visit": {"visitors": "测试agent", "outcome": "已收件"},
    "refer_question": {**_REASON, "to_desk": DEPARTMENT},
    "ask_again": {"question": "要多久？"},
    "add_to_complaint": {"matter": "还有一次。"},
    "withdraw_complaint": _REASON,
    "decline_complaint": _REASON,
    "extend_complaint": {**_REASON, "days": 3},
    "close_complaint": {"satisfied": "yes"},
    "prolong_absence": {**_REASON, **_UNTIL},
    "cancel_extra_hours": _REASON,
    "note_inspection": {"finding": "均在岗"},
    "hand_project_on": {**_REASON, "to_desk": WINDOW, "to_person": "p-window"},
    "close_project": {"outcome": "办结"},
    "state_position": {"position": "按清单", "to_desk": WINDOW},
    "escalate_dispute": {**_REASON, "to_desk": WINDOW},
    "settle_dispute": {"decision": "按清单", "basis": "目录"},
    "withdraw_dispute": _REASON,
    "adopt_suggestion": {"change": "补写"},
    "decline_suggestion": _REASON,
}


def answers(affair: Affair, move: str, chance: Random) -> dict[str, Any]:
    """What an attentive person would answer."""
    facts = dict(ANSWERS.get(move, {}))
    if move == "add_to_project":
        facts["member"] = opening_facts("open_project", CLERK)["receipt_number"]
    elif move == "remove_from_project":
        facts |= {**_REASON, "member": chance.choice(affair.case.bundle or ("",))}
    elif move == "rebook_appointment":
        facts["to_desk"] = affair.case.holder
    elif move == "close_complaint":
        facts["called_back_on"] = affair.events[-1].at.date().isoformat()
    return facts


def opened(kind: AffairKind, chance: Random) -> Affair:
    """An affair, of an appointment now and then one at home."""
    home = {"manner": "home", "address": "抗香村2组", "to_desk": VILLAGE}
    changes = home if kind is AffairKind.APPOINTMENT and chance.random() < 0.5 else {}
    teller = CLERK if kind in {AffairKind.PROJECT, AffairKind.DISPUTE} else AGENT
    return Affair(OPENERS[kind], teller, **changes)


def possible(affair: Affair, at: datetime, chance: Random) -> list[tuple[str, Hand, dict[str, Any]]]:
    """Every move that somebody can make now."""
    case = affair.case
    names = [row.name for row in ROWS.values() if row.kind == case.kind and case.state in row.from_states]
    told = [(name, by, answers(affair, name, chance)) for name in names for by in HANDS]
    return [row for row in told if not affair.refusals(row[0], row[1], at, **row[2])]


def walked(kind: AffairKind, seed: int, seen: set[str], states: set[State]) -> Affair:
    """An affair that goes on until nobody can do anything more; a day passes with every step."""
    chance = Random(f"{kind} {seed}")
    affair = opened(kind, chance)
    seen.add(OPENERS[kind])
    states.add(affair.case.state)
    for step in range(LONGEST):
        at = FRIDAY + timedelta(days=step, hours=1)
        steps = possible(affair, at, chance)
        if not steps:
            break
        onward = [row for row in steps if row[0] not in GIVING_UP]
        name, by, facts = chance.choice(onward if onward and chance.random() < 0.7 else steps)
        before = affair.case
        affair.go(name, by, at, **facts)
        assert_within_table(before.state, name, by, affair)
        seen.add(name)
        states.add(affair.case.state)
    return affair


def assert_within_table(before: State, name: str, by: Hand, affair: Affair) -> None:
    row, case = ROWS[name], affair.case
    assert before in row.from_states
    assert row.kind == case.kind
    assert row.effect.to_state in (None, case.state)
    assert case.holder in case.held_by
    assert case.origin == case.held_by[0]
    if row.effect.custody is Custody.HAND_TO:
        assert case.holder == affair.events[-1].facts["to_desk"]
    assert case.closed_as == (case.state if case.state.is_final else None)
    assert case.visible_to <= set(case.held_by)
    assert (TOWNSHIP in case.visible_to) is (case.kind != AffairKind.COMPLAINT and TOWNSHIP in case.held_by)


@pytest.mark.parametrize("kind", list(AffairKind))
def test_every_walk_ends_and_all_together_make_every_move(kind: AffairKind) -> None:
    seen: set[str] = set()
    states: set[State] = set()
    for seed in range(40):
        affair = walked(kind, seed, seen, states)
        assert affair.case.state.is_final or len(affair.events) > LONGEST
    rows = [row for row in ROWS.values() if row.kind == kind]
    assert seen == {row.name for row in rows}
    assert states == {row.effect.to_state for row in rows} - {None}
    assert states <= AFFAIR_STATES
