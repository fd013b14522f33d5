"""What comes next: which moves lead a case on and which lead it aside, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from stationapp.domain.case import CASE, Case, State
from stationapp.domain.case_flow import TABLE, possible_moves
from stationapp.domain.case_marks import waits
from stationapp.domain.events import Hand
from stationapp.domain.moves import Move
from stationapp.domain.organisation import Post
from stationapp.services.workplace import Workplace

_TRAVELLING = frozenset({State.IN_TRANSIT, State.RESULT_IN_TRANSIT})


class Rank(IntEnum):
    """How near a move lies to the ordinary way of a case."""

    LEADS = 0  # takes the case one step further
    BESIDE = 1  # is common, or answers what waits
    ASIDE = 2  # leads away from the ordinary way


_LEADS = frozenset(
    {
        "accept",
        "acknowledge_visit",
        "assign",
        "conclude",
        "end_special",
        "examine",
        "fan_out",
        "forward",
        "give_opinion",
        "grant",
        "hand_over",
        "handle_directly",
        "issue_result",
        "note_attorney",
        "record_reply_granted",
        "register",
        "report_up",
        "review",
        "send_result",
        "serve",
        "sign_for",
        "sign_for_part",
        "sign_for_result",
        "sign_visit_record",
        "supply",
        "transfer",
    }
)
_BESIDE = frozenset(
    {
        "archive",
        "bring_promised",
        "check",
        "check_promise",
        "close_part",
        "close_unsupplied",
        "decline_handover",
        "delete_record",
        "notify_collection",
        "publicise",
        "rate",
        "reassign",
        "recall",
        "record_reply_refused",
        "record_reply_returned",
        "record_site_visit",
        "rectify",
        "refuse",
        "request_supplement",
        "void",
    }
)
# Moves that answer what waits: what was asked, and what else would answer it.
_ANSWERS = {
    "acknowledge_urging": ("urge", "acknowledge_urging"),
    "dismiss_withdrawal": ("request_withdrawal", "dismiss_withdrawal"),
    "withdraw": ("request_withdrawal", "dismiss_withdrawal"),
}
# What a move is called while it is still to be made, where its title would tell the outcome beforehand.
_AHEAD = {"grant": "作出决定", "record_reply_granted": "登记上级批复", "supply": "收取补正材料"}


@dataclass(frozen=True, slots=True)
class NextHand:
    """Whose turn it is: what is to be done, at which desk, by whom (name and post's title)."""

    what: str
    desk: str
    people: tuple[str, ...]
    is_me: bool

    @property
    def text(self) -> str:
        """The same as part of a sentence."""
        return f"{'您' if self.is_me else self.desk + '、'.join(self.people)}{self.what}"


def rank(case: Case, move: Move) -> Rank:
    """Return how near a move lies to the ordinary way; what was asked for is answered first.

    The few moves of a service around a case all lead on.
    """
    if move.name in _ANSWERS:
        return Rank.BESIDE if waits(case, *_ANSWERS[move.name]) else Rank.ASIDE
    if move.kind != CASE or move.name in _LEADS:
        return Rank.LEADS
    return Rank.BESIDE if move.name in _BESIDE else Rank.ASIDE


def next_hands(workplace: Workplace, case: Case) -> tuple[NextHand, ...]:
    """Return whose turn it is: one row for each first leading move at each desk that can act; empty when nobody's."""
    found: dict[tuple[str, str], list[Post]] = {}
    for post in _posts_near(workplace, case):
        move = _first_leading(workplace, case, post)
        if move is not None:
            found.setdefault((post.desk_id, move.name), []).append(post)
    return tuple(_next_hand(workplace, *key, posts) for key, posts in found.items())


def next_text(workplace: Workplace, case: Case) -> str:
    """Return in a sentence whose turn it is, empty when nobody's."""
    hands = next_hands(workplace, case)
    return f"下一步：{'；'.join(hand.text for hand in hands)}。" if hands else ""


def _posts_near(workplace: Workplace, case: Case) -> Iterator[Post]:
    """The posts at the desk whose turn it is, and at those that owe an opinion."""
    at_work = case.addressed_to if case.state in _TRAVELLING else case.holder
    desks = [at_work, *(part.desk_id for part in case.parts if part.state.is_open)]
    return (post for desk in desks for post in workplace.organisation.posts if post.desk_id == desk)


def _first_leading(workplace: Workplace, case: Case, post: Post) -> Move | None:
    situation = workplace.situation(case)
    for hand in _hands(workplace, post):
        for move, reasons in possible_moves(situation, hand):
            if not reasons and rank(case, move) is Rank.LEADS:
                return move
    return None


def _hands(workplace: Workplace, post: Post) -> Iterator[Hand]:
    for person_id in (post.holder_a, post.holder_b):
        person = workplace.organisation.person(person_id)
        if person is not None and person.active:
            side = str(post.side_of(person_id))
            yield Hand(post.desk_id, post.post_id, person_id, person.name, side)


def _next_hand(workplace: Workplace, desk_id: str, move_name: str, posts: list[Post]) -> NextHand:
    desk = workplace.organisation.desk(desk_id)
    people = [
        f"{hand.person_name}（{post.title}）" for post in posts for hand in list(_hands(workplace, post))[:1]
    ]
    return NextHand(
        what=_AHEAD.get(move_name, TABLE[move_name].title),
        desk=desk.name if desk else desk_id,
        people=tuple(people),
        is_me=any(post.post_id == workplace.post.post_id for post in posts),
    )
