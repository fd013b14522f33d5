"""Random journeys of cases: people everywhere do what they may, the hub acts in between, and days go by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from small_county import (
    COUNTY_ITEM,
    DEPARTMENT,
    FORWARDED_ITEM,
    JOINT_ITEM,
    LICENCE,
    LICENCE_ITEM,
    NEEDLESS_ITEM,
    NOON,
    PARTNER,
    PROMISE_ITEM,
    PUBLICISED_ITEM,
    SECOND_PARTNER,
    SECOND_TOWNSHIP,
    SECOND_VILLAGE,
    SHARED_DIVISION,
    TOWNSHIP_ITEM,
    VILLAGE,
    VILLAGE_ITEM,
    WINDOW,
    event,
    organisation,
)
from stationapp.domain.case import CASE, Case, Custody, State
from stationapp.domain.case_flow import TABLE, judge, stands_right
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.flow import joint
from stationapp.domain.moves import Move
from stationapp.domain.rules.acceptance import silence_of
from stationapp.domain.states import CASE_STATES
from walks import HANDS, Walk, right_facts, silence_facts

Facts = dict[str, Any]
Step = tuple[Move, Hand]

ITEMS: tuple[tuple[str, Facts], ...] = (
    (COUNTY_ITEM, {}),
    (COUNTY_ITEM, {"applicant_must_appear": True, "default_on_timeout": True}),
    (TOWNSHIP_ITEM, {}),
    (TOWNSHIP_ITEM, {**LICENCE, "handling": HandlingKind.COMMITTED}),
    (VILLAGE_ITEM, {}),
    (JOINT_ITEM, {}),
    (JOINT_ITEM, {}),
    (JOINT_ITEM, LICENCE),
    (JOINT_ITEM, LICENCE),
    (LICENCE_ITEM, {}),
    (LICENCE_ITEM, {"not_needed_when": "内部使用", "publicity_days": 3}),
    (LICENCE_ITEM, {"default_on_timeout": True, "handling": HandlingKind.IMMEDIATE}),
    (FORWARDED_ITEM, {}),
    (PROMISE_ITEM, {}),
    (PROMISE_ITEM, LICENCE),
    (NEEDLESS_ITEM, {}),
    (PUBLICISED_ITEM, {}),
)
_KINDS = {post.post_id: post.kind for post in organisation().posts}
CASE_ROWS = {name: row for name, row in TABLE.items() if row.kind == CASE}
"""The rows of the table that are about cases; services around them have tests of their own."""

OPENINGS = [
    (row, by) for row in CASE_ROWS.values() if row.opens for by in HANDS if _KINDS[by.post_id] in row.posts
]
STEPS: dict[State, dict[str, list[Step]]] = {
    state: {
        row.name: [(row, by) for by in HANDS if _KINDS[by.post_id] in row.posts]
        for row in CASE_ROWS.values()
        if row.posts and state in row.from_states
    }
    for state in sorted(CASE_STATES)
}
"""Who could make which move in a state, as far as the post goes."""

_ENDS = frozenset(
    {"withdraw", "void", "delete_record", "decline_acceptance", "return_application", "tell_not_needed"}
)
_INWARDS = frozenset(
    {"hand_over", "sign_for", "examine", "forward", "transfer", "register", "accept", "assign"}
)
"""What a case in haste does, to come to those who decide it."""

_BY_DEFAULT = frozenset({"default_decision", "urge", "acknowledge_urging"})
_JOINT = frozenset(row.name for row in joint.ROWS) - {"close_part"} | _BY_DEFAULT
"""What the departments of a joint case do together, as long as nobody has given them up."""

_BACKWARDS = frozenset(
    {"archive", "recall", "decline_handover", "send_back", "request_supplement", "urge", "prioritise"}
)


def _only_notes(row: Move) -> bool:
    return row.effect.to_state is None and row.effect.custody is Custody.KEEP and not row.effect.resumes


def _weight(row: Move) -> float:
    """How often a move is tried: a case is to get far before it is given up."""
    if row.name in _ENDS:
        return 0.4
    if row.name in _BACKWARDS:
        return 0.4
    return 1.0 if _only_notes(row) else 4.0


_WEIGHTS = {state: [_weight(TABLE[name]) for name in rows] for state, rows in STEPS.items()}
_NAMES = {state: list(rows) for state, rows in STEPS.items()}
_WAITED_IN = frozenset({State.REGISTERED, State.SIGNED_FOR, State.SUPPLEMENT, State.DEEMED_ACCEPTED})
_ANSWERS = _ENDS | {"request_supplement", "accept"}


def _on(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), NOON.timetz())


class Journey:
    """One case on a random way, which leads rather to what was `seen` seldom. `refused` counts steps the judge
    refused.
    """

    def __init__(self, chance: Random, seen: Mapping[tuple[str, State], int]) -> None:
        code, changes = chance.choice(ITEMS)
        self.chance = chance
        self.seen = seen
        self.walk = Walk(code, **changes)
        self.haste = chance.choice((0, 0, 12))
        self.refused = 0

    def attempt(self) -> CaseEvent | None:
        """Try a step; return its event, not yet folded, or None where the judge refuses it."""
        row, by = self._drawn()
        step = self._acted(row.name, by)
        if judge(self.walk.situation, step):
            self.refused += 1
            return None
        return None if self._is_stale(row) else step

    def _is_stale(self, row: Move) -> bool:
        """Giving up and noting things ever again would keep cases from getting anywhere."""
        case = self.walk.case
        if case is None or (row.name not in _ENDS and not _only_notes(row)):
            return False
        seen = self.seen.get((row.name, case.state), 0)
        return self.chance.random() > max(0.05, 1 / (1 + seen / 10))

    def possible(self) -> list[CaseEvent]:
        """Every step that the judge lets pass now."""
        walk, case = self.walk, self.walk.case
        steps = OPENINGS if case is None else self._standing(case)
        events = (self._acted(row.name, by) for row, by in steps)
        return [one for one in events if not judge(walk.situation, one)]

    def _standing(self, case: Case) -> list[Step]:
        rows, county = STEPS[case.state].values(), self.walk.organisation
        return [(row, by) for steps in rows for row, by in steps if stands_right(case, row, by, county)]

    def let_time_pass(self) -> None:
        """Mostly no day goes by, sometimes some, seldom weeks."""
        drawn, case = self.chance.random(), self.walk.case
        idle = 0.8 if case is not None and case.state in _WAITED_IN else 0.97
        if drawn > 0.6:
            self.walk.wait(self.chance.choice((1, 1, 2, 3)) if drawn < idle else self.chance.randint(8, 40))

    def hubs_act(self) -> CaseEvent | None:
        """What the hub does of its own accord, if anything is due."""
        walk, case = self.walk, self.walk.case
        if case is None:
            return None
        numbered = case.case_number or not ("register" in case.last or "accept" in case.last)
        if not numbered and self.chance.random() < 0.3:
            return self._by_hub("assign_number", {"case_number": "510704-20261120-000001"})
        silence = silence_of(walk.situation)
        if silence is not None and silence.has_come(walk.now.date()) and self.chance.random() < 0.5:
            return self._by_hub("deem_accepted", silence_facts(walk, silence))
        if self.chance.random() < 0.03:
            return self._by_hub("note_double", {"others": [{"receipt_number": "x", "station": VILLAGE}]})
        return None

    def _by_hub(self, move: str, facts: Facts) -> CaseEvent:
        return event("case", move, Hand("hub", "hub", "hub", "县级平台", ""), facts, self.walk.now)

    def _drawn(self) -> Step:
        case = self.walk.case
        if case is None:
            return self.chance.choice(OPENINGS)
        name = self._move_from(case)
        steps = STEPS[case.state][name]
        standing = [one for one in steps if stands_right(case, one[0], one[1], self.walk.organisation)]
        strayed = not standing or self.chance.random() < 0.05
        return self.chance.choice(steps if strayed else standing)

    def _move_from(self, case: Case) -> str:
        names, drawn = _NAMES[case.state], self.chance.random()
        onward = [name for name in names if name in _INWARDS]
        item = self.walk.item
        share = _JOINT if item.co_departments else _BY_DEFAULT if item.default_on_timeout else frozenset()
        together = [name for name in names if name in share]
        if onward and len(self.walk.events) < self.haste and drawn < 0.9:
            return self.chance.choice(onward)
        if together and drawn < 0.7 and case.holder == DEPARTMENT:
            return self.chance.choice(together)
        return self.chance.choices(names, _WEIGHTS[case.state])[0]

    def _acted(self, move: str, by: Hand) -> CaseEvent:
        """What a hand did, now or, where no network was, days ago."""
        now = self.walk.now
        self.walk.now = self._when(move, by) or now
        step = event("case", move, by, self._answers(move, by), self.walk.now)
        self.walk.now = now
        return step

    def _when(self, move: str, by: Hand) -> datetime | None:
        """On the last day in time, if the desk has done nothing since."""
        day = self._last_day(move)
        own = (step.at for step in self.walk.events if step.hand.desk_id == by.desk_id)
        return None if day is None or any(at > day for at in own) else day

    def _last_day(self, move: str) -> datetime | None:
        case = self.walk.case
        if case is None or self.chance.random() < 0.5:
            return None
        if case.state is State.SUPPLEMENT_LAPSED and move == "supply" and "request_supplement" in case.last:
            return _on(case.fact("request_supplement", "deadline"))
        if case.state is State.DEEMED_ACCEPTED and move in _ANSWERS:
            return _on(case.fact("deem_accepted", "notice_due"))
        return None

    def _answers(self, move: str, by: Hand) -> Facts:
        facts = right_facts(self.walk, move, by)
        vary = _VARIED.get(move)
        return facts | vary(self.chance, self.walk, facts) if vary is not None else facts


def _application(chance: Random, walk: Walk, facts: Facts) -> Facts:
    """Other people's divisions and stations, and promises where the item takes them."""
    if walk.case is not None:
        return {}
    asked = dict(facts["application"])
    if walk.item.promise_allowed and chance.random() < 0.7:
        asked["materials"] = [asked["materials"][0], _promise(walk)]
    if chance.random() < 0.5:
        asked["division"] = chance.choice((SECOND_VILLAGE, SHARED_DIVISION, SECOND_TOWNSHIP, VILLAGE))
    if chance.random() < 0.2:
        del asked["attorney"]
    if chance.random() < 0.3:
        asked["result_to"] = chance.choice((SECOND_VILLAGE, WINDOW, SECOND_TOWNSHIP))
    return {"application": asked}


def _promise(walk: Walk) -> Facts:
    row = {"material_id": "booklet", "name": "户口簿", "originals": 0, "copies": 0}
    return {**row, "promised_by": (walk.now.date() + timedelta(days=50)).isoformat()}


def _served(chance: Random, walk: Walk, facts: Facts) -> Facts:
    manners: tuple[Facts, ...] = (
        {"manner": "in_person"},
        {"manner": "household", "relation": "配偶"},
        {"manner": "left", "witness": "测试见证人"},
        {"manner": "post", "waybill": "EMS1", "sent_on": facts["served_on"]},
        {"manner": "electronic", "consent": "电话同意"},
    )
    return chance.choice(manners)


def _attended(chance: Random, walk: Walk, facts: Facts) -> Facts:
    others = chance.sample((PARTNER, SECOND_PARTNER), chance.randint(0, 2))
    return {"attended": [*facts["attended"], *({"desk_id": one, "person": "测试甲"} for one in others)]}


def _part(chance: Random, walk: Walk, facts: Facts) -> Facts:
    return {"desk_id": chance.choice((PARTNER, SECOND_PARTNER))}


def _one_of(name: str, *values: Any) -> Callable[[Random, Walk, Facts], Facts]:
    return lambda chance, walk, facts: {name: chance.choice(values)}


_VARIED: dict[str, Callable[[Random, Walk, Facts], Facts]] = {
    "receive": _application,
    "note_missing": _application,
    "serve": _served,
    "record_site_visit": _attended,
    "default_part": _part,
    "default_absent": _part,
    "close_part": _part,
    "give_opinion": _one_of("outcome", "agree", "disagree", "agree_forward"),
    "propose_void": _one_of("kind", "void", "delete"),
    "rate": _one_of("satisfaction", "1", "4", "5"),
    "start_special": _one_of("procedure", "hearing", "expert_review"),
    "extend": _one_of("days", 1, 5, 10),
    "check_promise": _one_of("outcome", "kept", "broken"),
}
