"""The one table of moves. Buttons, refusals, the hub's verdicts, the routing slip and docs/moves.md all read
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from stationapp.domain.affair_kinds import noun_of
from stationapp.domain.answers import stray_facts, unreadable_answers
from stationapp.domain.case import Case, State, fold
from stationapp.domain.catalogue import HandlingKind, ServiceItem, why_not_open
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.flow import acceptance, affairs, asking, decision, intake, joint, results, supervision
from stationapp.domain.moves import ActsBy, Move, Situation
from stationapp.domain.organisation import Organisation, Power
from stationapp.domain.parts import part_of
from stationapp.domain.refusal import Reason
from stationapp.domain.rule_editions import known_to

_ROWS: tuple[Move, ...] = (
    *intake.ROWS,
    *acceptance.ROWS,
    *decision.ROWS,
    *joint.ROWS,
    *results.ROWS,
    *asking.ROWS,
    *supervision.ROWS,
    *affairs.ROWS,
)

TABLE = {row.name: row for row in _ROWS}
EFFECTS = {row.name: row.effect for row in _ROWS}


def case_of(events: Iterable[CaseEvent]) -> Case | None:
    """Return the case its events make under the table; raises KeyError for a move the table does not know."""
    return fold(events, EFFECTS)


def judge(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Return every reason why the event may not happen, empty when it may. Station and hub both ask here."""
    move = TABLE.get(event.move)
    if move is None or move.acts_by is ActsBy.HUB:
        return (Reason("unknown-move", "本系统不认识这一步办理动作，请升级程序。"),)
    reasons = known_to(event.under.rules, why_not(situation, move, event.hand))
    reasons = reasons or (*stray_facts(move, event.facts), *unreadable_answers(move, event.facts))
    if reasons:
        return reasons
    return known_to(
        event.under.rules, (reason for check in move.checks for reason in check(situation, event))
    )


def why_not(situation: Situation, move: Move, hand: Hand) -> tuple[Reason, ...]:
    """Return why a hand cannot make a move now, before any fact is known: what a greyed-out button says."""
    case = situation.case
    if case is None:
        wrong = None if move.opens else Reason("no-case", "没有这个办件。")
    elif case.kind != move.kind or case.state not in move.from_states:
        noun = noun_of(case.kind)
        wrong = Reason("wrong-state", f"{noun}现在是“{case.state.label}”，不能{move.title}。")
    else:
        wrong = _wrong_desk(case, move, hand, situation)
    wrong = wrong or _wrong_post(situation, move, hand)
    if wrong:
        return (wrong,)
    found = (gate(situation, hand) for gate in (*move.gates, _has_power(move)))
    return tuple(reason for reason in found if reason is not None)


def why_not_open_to(situation: Situation, hand: Hand, day: date) -> tuple[Reason, ...]:
    """Return why a hand may not open a case of the situation's item on a day, empty when it may: what the search
    for an item says before anything is typed.
    """
    shut = (gate(situation, hand) for gate in intake.OPENING)
    return (*(reason for reason in shut if reason is not None), *why_not_open(situation.item, day))


def stands_right(case: Case, move: Move, hand: Hand, organisation: Organisation) -> bool:
    """Tell whether a hand's desk stands to the case as the move asks."""
    return _STANDS[move.acts_by](case, hand.desk_id, organisation)


def _wrong_desk(case: Case, move: Move, hand: Hand, situation: Situation) -> Reason | None:
    if stands_right(case, move, hand, situation.organisation):
        return None
    code, sentence = _STRANGERS.get(move.acts_by, _NOT_HOLDER)
    holder = situation.organisation.desk(case.holder)
    name = holder.name if holder is not None else "其他单位"
    return Reason(code, sentence.format(holder=name, move=move.title, noun=noun_of(case.kind)))


def _is_above(case: Case, desk_id: str, organisation: Organisation) -> bool:
    holder = organisation.desk(case.holder)
    return holder is not None and desk_id in {holder.desk_id, holder.parent}


def _owes_part(case: Case, desk_id: str, _: Organisation) -> bool:
    part = part_of(case.parts, desk_id)
    return part is not None and part.state.is_open


def _asked(case: Case, desk_id: str, _: Organisation) -> bool:
    asker = case.by("note_missing" if case.state is State.INCOMPLETE else "request_supplement")
    return asker is not None and asker.desk_id == desk_id


_STANDS: Mapping[ActsBy, Callable[[Case, str, Organisation], bool]] = {
    ActsBy.OPENER: lambda case, desk_id, _: case.holder == desk_id,
    ActsBy.HOLDER: lambda case, desk_id, _: case.holder == desk_id,
    ActsBy.ADDRESSEE: lambda case, desk_id, _: case.addressed_to == desk_id,
    ActsBy.PARTNER: _owes_part,
    ActsBy.MEMBER: lambda case, desk_id, _: part_of(case.parts, desk_id) is not None,
    ActsBy.CONCERNED: lambda case, desk_id, _: desk_id in case.held_by,
    ActsBy.ASKER: _asked,
    ActsBy.COORDINATOR: lambda case, desk_id, _: desk_id in case.held_by,
    ActsBy.ABOVE: _is_above,
    ActsBy.WATCHER: lambda case, desk_id, _: desk_id in case.visible_to,
    ActsBy.HUB: lambda *_: False,
}
_NOT_HOLDER = ("not-holder", "{noun}现在由{holder}保管，本岗位不能{move}。")
_STRANGERS = {
    ActsBy.ADDRESSEE: ("not-addressee", "这批材料不是移交给本单位的。"),
    ActsBy.PARTNER: ("not-partner", "本部门没有待办的联系单，不能{move}。"),
    ActsBy.MEMBER: ("not-partner", "本部门不是该办件的联办部门，不能{move}。"),
    ActsBy.CONCERNED: ("not-concerned", "本单位没有经办过这个{noun}，不能{move}。"),
    ActsBy.WATCHER: ("not-concerned", "本单位看不到这个办件，不能{move}。"),
    ActsBy.ASKER: ("not-asker", "补正不是由本单位告知的，不能{move}。"),
    ActsBy.COORDINATOR: ("not-coordinator", "本单位没有经办过这个{noun}，不能{move}。"),
    ActsBy.ABOVE: ("not-above", "办件由{holder}保管，只能由该单位或其上级{move}。"),
}


def _wrong_post(situation: Situation, move: Move, hand: Hand) -> Reason | None:
    post, person = situation.post(hand), situation.organisation.person(hand.person_id)
    if post is None or person is None or post.desk_id != hand.desk_id:
        return Reason("no-post", "您在本单位没有岗位，不能办理。")
    if str(post.side_of(person.person_id)) != hand.side:
        return Reason("not-in-post", f"您不是“{post.title}”的A岗或B岗。")
    if post.kind not in move.posts:
        return Reason("wrong-post", f"“{post.title}”岗位无权{move.title}。")
    return None


def power_used(move: Move, item: ServiceItem) -> Power | None:
    """Return which power of the matrix a move of an item uses, None for one that needs none."""
    immediate = move.power is Power.DECIDE and item.handling is HandlingKind.IMMEDIATE
    return Power.DECIDE_IMMEDIATE if immediate else move.power


def _has_power(move: Move) -> Callable[[Situation, Hand], Reason | None]:
    """授权到位 (SEED 001): the matrix of powers can take from a post what the table gives its kind."""

    def gate(situation: Situation, hand: Hand) -> Reason | None:
        item, post = situation.item, situation.post(hand)
        power = power_used(move, item) if item is not None else None
        if power is None or item is None or post is None:
            return None
        if situation.organisation.has_power(post.post_id, power, item.code):
            return None
        return Reason("no-grant", f"“{post.title}”没有被授予“{item.name}”的{power.label}，不能{move.title}。")

    return gate


def possible_moves(situation: Situation, hand: Hand) -> tuple[tuple[Move, tuple[Reason, ...]], ...]:
    """Return every move of the case's state that this hand's post knows, each with why it cannot be made (or
    nothing).
    """
    case, post = situation.case, situation.post(hand)
    if case is None or post is None:
        return ()
    mine = (row for row in _ROWS if row.kind == case.kind and post.kind in row.posts)
    rows = (row for row in mine if case.state in row.from_states)
    return tuple((row, why_not(situation, row, hand)) for row in rows)
