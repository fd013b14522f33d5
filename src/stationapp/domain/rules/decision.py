"""Rules of review and decision: two persons, publicity."""

from __future__ import annotations

from datetime import date

from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.due_dates import acceptance_of, limits_start
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rule_editions import PUBLICITY_AS_AN_ACT
from stationapp.domain.rules.given import text_of


def decider_did_not_accept(situation: Situation, hand: Hand) -> Reason | None:
    """受办分离 (SEED 003, 004): who accepts does not decide."""
    accepter = situation.case.by("accept") if situation.case else None
    if accepter is not None and accepter.person_id == hand.person_id:
        return Reason("same-person", "受办分离：受理人不能作决定，请由另一人办理。")
    return None


def decider_did_not_review(situation: Situation, hand: Hand) -> Reason | None:
    """一审一核 (SEED 001): review and decision are two persons."""
    reviewer = situation.case.by("review") if situation.case else None
    if reviewer is not None and reviewer.person_id == hand.person_id:
        return Reason("same-person", "一审一核：审查人不能作决定，请由另一人核准。")
    return None


def is_reviewed(situation: Situation, hand: Hand) -> Reason | None:
    """Only 即办件 and items with a mere check of form (一审一核) are decided without a review before; what pays money
    is always reviewed (四眼).
    """
    case, item = situation.case, situation.item
    accepted = case is not None and case.when("accept") is not None
    short = (
        item is not None and accepted and (item.handling is HandlingKind.IMMEDIATE or item.formal_check_only)
    )
    if case is not None and case.when("review") is None and (item is None or not short or item.pays_money):
        return Reason("not-reviewed", "该办件尚未审查，不能作决定。")
    return None


def refusal_is_reviewed(situation: Situation, hand: Hand) -> Reason | None:
    """四眼: nothing is refused that a second person has not looked at."""
    case = situation.case
    if case is not None and case.when("review") is None:
        return Reason("not-reviewed", "不予办理须先由另一人审查并写明意见。")
    return None


def checker_did_not_review(situation: Situation, hand: Hand) -> Reason | None:
    """审查 and 审核 are two persons."""
    reviewer = situation.case.by("review") if situation.case else None
    if reviewer is not None and reviewer.person_id == hand.person_id:
        return Reason("same-person", "审查人不能审核自己的意见，请由另一人审核。")
    return None


def no_withdrawal_waits(situation: Situation, hand: Hand) -> Reason | None:
    """An applicant who asked to withdraw is answered before anything is decided."""
    case = situation.case
    if case is None:
        return None
    asked, answered = case.when("request_withdrawal"), case.when("dismiss_withdrawal")
    if asked is not None and (
        answered is None or case.last_order("dismiss_withdrawal", "request_withdrawal")
    ):
        return Reason("withdrawal-waits", "申请人已申请撤回，请先办理撤回或说明不能撤回的理由。")
    return None


def parts_are_answered(situation: Situation, hand: Hand) -> Reason | None:
    """联办: the lead grants when every department has answered or its part is closed (行政许可法 26). What is handled
    otherwise may be granted without asking, but not between question and answer (核对). A refusal waits for nobody.
    """
    case, item = situation.case, situation.item
    if case is None or item is None:
        return None
    if item.handling is HandlingKind.JOINT and item.co_departments and not case.parts:
        return Reason("not-fanned-out", "联办件须先向各联办部门发联系单。")
    waiting = [part.desk_id for part in case.parts if part.state.is_open]
    if waiting:
        names = "、".join(_desk_name(situation, desk_id) for desk_id in waiting)
        return Reason("parts-open", f"{names}尚未回执，不能准予。")
    return None


def no_part_disagrees(situation: Situation, hand: Hand) -> Reason | None:
    """What a department objects to, or never answered, is settled in a meeting (9+X 会商, SEED 002) before it is
    granted.
    """
    case = situation.case
    parts = case.parts if case is not None else ()
    against = [part for part in parts if part.state.needs_meeting and not part.settled]
    if against:
        said = "、".join(f"{_desk_name(situation, part.desk_id)}{part.state.label}" for part in against)
        return Reason("part-disagrees", f"{said}，准予前须会商并登记会商记录。")
    return None


def _desk_name(situation: Situation, desk_id: str) -> str:
    desk = situation.organisation.desk(desk_id)
    return desk.name if desk is not None else desk_id


def publicity_is_over(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What must be publicised before the decision has been, long enough, and the time for objections has run out."""
    case, item = situation.case, situation.item
    days = item.publicity_days if item is not None else 0
    if not days or case is None:
        return ()
    last = str(case.fact("publicise", "publicity_to") or "")
    if not last and event.under.rules < PUBLICITY_AS_AN_ACT and text_of(event, "publicity_from"):
        last = text_of(event, "publicity_to")
        if short := publicity_is_long_enough(situation, event):
            return short
    if not last:
        return (Reason("not-publicised", f"该事项决定前须公示 {days} 天，请先登记公示。", "reason"),)
    if date.fromisoformat(last) >= event.at.date():
        return (Reason("publicity-running", "公示尚未结束，不能作决定。", "reason"),)
    return ()


def is_publicised(situation: Situation, hand: Hand) -> Reason | None:
    """Only what the catalogue says is publicised."""
    item = situation.item
    if item is None or not item.publicity_days:
        return Reason("no-publicity", "该事项不需公示。")
    return None


def publicity_is_long_enough(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The days of publicity are as many as the catalogue says; the limits leave them out."""
    days = situation.item.publicity_days if situation.item is not None else 0
    first, last = (text_of(event, name) for name in ("publicity_from", "publicity_to"))
    if not first or not last:
        return ()
    if (date.fromisoformat(last) - date.fromisoformat(first)).days + 1 < days:
        return (Reason("publicity-short", f"公示不得少于 {days} 天。", "publicity_to"),)
    return ()


PUBLICITY_MARGIN = 15
"""Calendar days by which a publicity may be longer than the catalogue says, for holidays: our own term."""


def publicity_is_bounded(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What the limits leave out begins after their start and is not longer than what it is for."""
    case, days = situation.case, situation.item.publicity_days if situation.item is not None else 0
    first, last = (text_of(event, name) for name in ("publicity_from", "publicity_to"))
    acceptance = acceptance_of(case) if case is not None else None
    if not first or not last or not days:
        return ()
    reasons, begun = [], date.fromisoformat(first)
    if acceptance is not None and begun < limits_start(acceptance):
        text = f"公示应在受理（{limits_start(acceptance)}）以后开始。"
        reasons.append(Reason("publicity-early", text, "publicity_from"))
    if (date.fromisoformat(last) - begun).days + 1 > days + PUBLICITY_MARGIN:
        text = f"公示最多 {days + PUBLICITY_MARGIN} 天（规定 {days} 天）。"
        reasons.append(Reason("publicity-long", text, "publicity_to"))
    return tuple(reasons)
