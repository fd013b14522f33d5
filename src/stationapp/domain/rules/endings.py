"""Rules of endings other than a served result: turned away, withdrawn, lapsed, voided; and of what follows an end."""

from __future__ import annotations

from datetime import date

from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Gate, Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of


def permission_may_be_needless(situation: Situation, hand: Hand) -> Reason | None:
    """行政许可法 32(1): an item names the circumstances in which it is not needed (such as 森林法 56)."""
    item = situation.item
    if item is None or not item.not_needed_when:
        return Reason("always-needed", "该事项没有规定可以免办的情形。")
    return None


def supplement_is_overdue(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """补正不来办结 (closing code 5) only after the announced term."""
    deadline = str(situation.case.fact("request_supplement", "deadline")) if situation.case else ""
    if not deadline or event.at.date() <= date.fromisoformat(deadline):
        return (Reason("not-overdue", f"补正期限（{deadline or '未写明'}）未过，不能按补正不来办结。"),)
    return ()


def void_is_proposed(situation: Situation, hand: Hand) -> Reason | None:
    """四眼: a record is voided or deleted after somebody proposed it with a reason."""
    if situation.case is not None and situation.case.when("propose_void") is None:
        return Reason("not-proposed", "请先由经办人提出作废并写明理由。")
    return None


def second_person_voids(situation: Situation, hand: Hand) -> Reason | None:
    """四眼: whoever proposed does not confirm; the B post or the desk above does."""
    proposer = situation.case.by("propose_void") if situation.case else None
    if proposer is not None and proposer.person_id == hand.person_id:
        return Reason("same-person", "作废须由另一人复核：请B岗或上级单位确认。")
    return None


def proposed_as(kind: str) -> Gate:
    """Return a gate: what was proposed is what is confirmed, 作废 (code 2) or 删除 (code 3)."""

    def gate(situation: Situation, hand: Hand) -> Reason | None:
        case = situation.case
        if case is not None and case.when("propose_void") and case.fact("propose_void", "kind") != kind:
            return Reason("proposed-otherwise", "提出的处理方式与此不同，请按提出的方式复核。")
        return None

    return gate


def withdrawal_is_asked(situation: Situation, hand: Hand) -> Reason | None:
    """Only a request that was made can be dismissed."""
    if situation.case is not None and situation.case.when("request_withdrawal") is None:
        return Reason("not-asked", "申请人没有申请撤回，不用答复。")
    return None


def is_not_rated(situation: Situation, hand: Hand) -> Reason | None:
    """一事一评, 一次一评 (好差评): one case has one rating."""
    if situation.case is not None and situation.case.when("rate") is not None:
        return Reason("rated", "该办件已经评价过，一件只评一次。")
    return None


def citizen_rates(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Only the citizen's own code rates a case: nobody can rate for him."""
    code = situation.case.enquiry_code if situation.case else ""
    if text_of(event, "enquiry_code") != code:
        return (Reason("wrong-code", "查询码不对，只能由申请人凭自己的查询码评价。", "enquiry_code"),)
    return ()


def rating_is_bad(situation: Situation, hand: Hand) -> Reason | None:
    """整改 follows a rating of 不满意 or 非常不满意 (GB/T 39046 A.8: 4, 5)."""
    case = situation.case
    if case is None or case.fact("rate", "satisfaction") not in {"4", "5"}:
        return Reason("no-bad-rating", "没有需要整改的评价。")
    return None


def promise_was_made(situation: Situation, hand: Hand) -> Reason | None:
    """承诺核查 follows a promise (告知承诺, SEED 004)."""
    case = situation.case
    if case is None or not any(row.promised_by for row in case.application.materials):
        return Reason("no-promise", "该办件没有以承诺代替的材料。")
    return None
