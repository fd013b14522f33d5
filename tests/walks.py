"""Walks through the table of moves: each step is judged, and only then folded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from small_county import (
    COUNTY_ITEM,
    DEPARTMENT,
    FACTS,
    MISSING,
    NOON,
    OPINION_LIMIT,
    PARTNER,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    application,
    batch_facts,
    catalogue,
    event,
    hand,
    organisation,
    receipt_facts,
)
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case, evolve, open_case
from stationapp.domain.case_flow import EFFECTS, TABLE, judge
from stationapp.domain.deemed_acceptance import DeemedAcceptance
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.acceptance import acceptance_day, silence_of
from stationapp.domain.rules.routing import next_stop

AGENT, CLERK, WINDOW_CLERK = hand("agent"), hand("clerk"), hand("window")
OFFICER, APPROVER, MAYOR = hand("officer"), hand("approver"), hand("township-approver")
SECOND_AGENT, SECOND_CLERK, SECOND_MAYOR = hand("second-agent"), hand("second-clerk"), hand("second-approver")
CHIEF, WINDOW_CHIEF, SUPERVISOR = hand("chief"), hand("window-chief"), hand("supervisor")
PARTNER_OFFICER, SECOND_PARTNER_OFFICER = hand("partner"), hand("second-partner")
HANDS = (
    *(hand(post.post_id) for post in organisation().posts),
    *(hand(post.post_id, post.holder_b) for post in organisation().posts if post.holder_b),
)
HUB = Hand("hub", "hub", "hub", "县级平台", "")
LONG_CALENDAR = WorkCalendar("test", range(2026, 2036), frozenset(), frozenset())
DUE_FROM = {"statutory_due": "statutory_limit", "promised_due": "promised_limit"}


class Walk:
    """A case under way: each step is judged, and only then folded. Time passes only by `wait`."""

    def __init__(self, code: str = COUNTY_ITEM, **changes: Any) -> None:
        found = catalogue().version_of(code, 1)
        assert found is not None
        self.item = replace(found, **changes)
        self.code = code
        self.events: list[CaseEvent] = []
        self.case: Case | None = None
        self.now = NOON
        self.organisation = organisation()
        self.calendar: WorkCalendar | None = LONG_CALENDAR

    @property
    def situation(self) -> Situation:
        return Situation(self.case, self.organisation, self.item, self.calendar)

    @property
    def standing(self) -> Case:
        """The case, which must have been opened."""
        assert self.case is not None
        return self.case

    def reasons(self, move: str, by: Hand, facts: dict[str, Any] | None = None) -> tuple[Reason, ...]:
        """Why a step would be refused now."""
        return judge(self.situation, self._step(move, by, facts))

    def refusals(self, move: str, by: Hand, facts: dict[str, Any] | None = None) -> tuple[str, ...]:
        """The codes of why a step would be refused now."""
        return tuple(reason.code for reason in self.reasons(move, by, facts))

    def go(self, move: str, by: Hand, facts: dict[str, Any] | None = None) -> Walk:
        """Make a step that nothing speaks against."""
        step = self._step(move, by, facts)
        reasons = judge(self.situation, step)
        assert not reasons, reasons
        return self.add(step)

    def wait(self, days: int) -> Walk:
        """Let days pass."""
        self.now += timedelta(days=days)
        return self

    def hub(self, move: str, facts: dict[str, Any]) -> Walk:
        """Let the hub act, which nobody judges."""
        return self.add(event("case", move, HUB, facts, self.now))

    def fall_silent(self) -> Walk:
        """Let the hub take silence for acceptance, when its day has come."""
        silence = silence_of(self.situation)
        assert silence is not None
        assert silence.has_come(self.now.date())
        return self.hub("deem_accepted", silence_facts(self, silence))

    def add(self, step: CaseEvent) -> Walk:
        """Fold one more event."""
        effect = EFFECTS[step.move]
        self.case = open_case(step, effect) if self.case is None else evolve(self.case, step, effect)
        self.events.append(step)
        return self

    def _step(self, move: str, by: Hand, facts: dict[str, Any] | None) -> CaseEvent:
        return event("case", move, by, right_facts(self, move, by) if facts is None else facts, self.now)


def silence_facts(walk: Walk, silence: DeemedAcceptance) -> dict[str, Any]:
    """What the hub writes down when silence accepts."""
    days = {
        "received_on": silence.received_on.isoformat(),
        "notice_due": silence.notice_due.day.isoformat(),
    }
    return days | dues_from(walk, silence.received_on)


def dues_from(walk: Walk, start: Any) -> dict[str, Any]:
    """The due dates of the walk's item from a day on."""
    limits = {name: getattr(walk.item, limit) for name, limit in DUE_FROM.items()}
    return {
        name: due_fact(start, limit, LONG_CALENDAR) for name, limit in limits.items() if limit is not None
    }


def default_facts(move: str, code: str, by: Hand) -> dict[str, Any]:
    """The answers to a move on the first day, on the usual way through the first village."""
    targets = {
        ("hand_over", VILLAGE): TOWNSHIP,
        ("forward", TOWNSHIP): WINDOW,
        ("send_result", WINDOW): TOWNSHIP,
        ("send_result", TOWNSHIP): VILLAGE,
    }
    if move == "receive":
        return receipt_facts(code, station=by.desk_id[:12])
    if move == "note_missing":
        asked = application(code, complete=False)
        return receipt_facts(code, station=by.desk_id[:12], application=asked, missing=MISSING)
    if move in TABLE and TABLE[move].batched:
        return batch_facts(targets.get((move, by.desk_id), WINDOW), by.desk_id[:12])
    if move == "issue_result":
        return {"to_desk": WINDOW if by.desk_id == DEPARTMENT else by.desk_id, "result_name": "认定通知书"}
    return FACTS.get(move, {})


def right_facts(walk: Walk, move: str, by: Hand) -> dict[str, Any]:
    """What the program and an attentive person would answer, wherever the case stands and whatever the day."""
    facts = dict(default_facts(move, walk.code, by))
    if move in TABLE and TABLE[move].batched:
        facts["to_desk"] = next_stop(walk.situation, by.desk_id, move)
    fill = _FILLS.get(move)
    return facts | fill(walk, by) if fill is not None else facts


def _receipt(walk: Walk, by: Hand) -> dict[str, Any]:
    case = walk.case
    if case is None:
        return {"receipt_number": _todays_number(walk, by)}
    return {"receipt_number": case.receipt_number, "enquiry_code": case.enquiry_code}


def _todays_number(walk: Walk, by: Hand) -> str:
    facts = receipt_facts(walk.code, station=by.desk_id[:12], day=walk.now.date())
    return str(facts["receipt_number"])


def _supplement(walk: Walk, _: Hand) -> dict[str, Any]:
    case = walk.case
    asked = frozenset().union(*case.supplements) if case is not None else frozenset()
    rest = [row for row in walk.item.materials if row.material_id not in asked]
    rows = [
        {"material_id": row.material_id, "name": row.name, "problem": "看不清", "standard": "重新复印"}
        for row in rest[-1:]
    ]
    return {
        "to_desk": case.origin if case is not None else "",
        "missing": rows or MISSING,
        "deadline": _day(walk, 10),
    }


def _supplied(walk: Walk, _: Hand) -> dict[str, Any]:
    asked = sorted(walk.case.supplements[-1]) if walk.case is not None and walk.case.supplements else []
    rows = [{"material_id": one, "name": one, "originals": 1, "copies": 2, "pages": 1} for one in asked]
    return {"materials": rows}


def _visit(walk: Walk, by: Hand) -> dict[str, Any]:
    return {"attended": [{"desk_id": by.desk_id, "person": by.person_name}]}


def _open_part(walk: Walk, _: Hand) -> dict[str, Any]:
    parts = walk.case.parts if walk.case is not None else ()
    still = [part.desk_id for part in parts if part.state.is_open]
    return {"desk_id": still[0] if still else PARTNER}


def _parts(walk: Walk, _: Hand) -> dict[str, Any]:
    due = due_fact(walk.now.date(), OPINION_LIMIT, LONG_CALENDAR)
    return {"parts": [{**row, "due": due} for row in FACTS["fan_out"]["parts"]]}


def _colleague(walk: Walk, by: Hand) -> dict[str, Any]:
    posts = [post for post in walk.organisation.posts if post.desk_id == by.desk_id]
    return {"to_person": posts[0].holder_a if posts else ""}


def _to_above(walk: Walk, by: Hand) -> dict[str, Any]:
    desk = walk.organisation.desk(by.desk_id)
    return {"to_desk": (desk.parent or desk.desk_id) if desk is not None else ""}


def _promised(walk: Walk, _: Hand) -> dict[str, Any]:
    rows = walk.case.application.materials if walk.case is not None else ()
    promised = [row for row in rows if row.promised_by]
    brought = [{"material_id": row.material_id, "name": row.name} for row in promised]
    return {"materials": [{**row, "originals": 1, "copies": 1} for row in brought]}


def _day(walk: Walk, days: int = 0) -> str:
    return (walk.now.date() + timedelta(days=days)).isoformat()


_FILLS: dict[str, Callable[[Walk, Hand], dict[str, Any]]] = {
    "receive": _receipt,
    "note_missing": _receipt,
    "request_supplement": _supplement,
    "supply": _supplied,
    "send_back": lambda walk, _: {"to_desk": walk.case.origin if walk.case is not None else ""},
    "accept": lambda walk, _: dues_from(walk, acceptance_day(walk.situation, walk.now.date())),
    "publicise": lambda walk, _: {"publicity_from": _day(walk), "publicity_to": _day(walk, 2)},
    "end_special": lambda walk, _: {"ended_on": _day(walk)},
    "fan_out": _parts,
    "call_site_visit": lambda walk, _: {"visit_on": _day(walk)},
    "record_site_visit": _visit,
    "default_part": _open_part,
    "default_absent": _open_part,
    "close_part": _open_part,
    "record_reply_granted": lambda walk, _: {"replied_on": _day(walk)},
    "record_reply_refused": lambda walk, _: {"replied_on": _day(walk)},
    "notify_collection": lambda walk, _: {"until": _day(walk, 30)},
    "serve": lambda walk, _: {"served_on": _day(walk)},
    "rate": lambda walk, _: {"enquiry_code": walk.case.enquiry_code if walk.case is not None else ""},
    "rectify": lambda walk, _: {"called_back_on": _day(walk)},
    "reassign": _colleague,
    "propose_void": _to_above,
    "bring_promised": _promised,
}
