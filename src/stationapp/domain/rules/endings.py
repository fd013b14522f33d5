"""Rules of endings other than a served result: turned away, withdrawn, lapsed, voided; and of what follows an end."""

from __future__ import annotations

from datetime import date, timedelta

from stationapp.domain.case import Case, State
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Gate, Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import rows_of, text_of


def permission_may_be_needless(situation: Situation, hand: Hand) -> Reason | None:
    """行政许可法 32(1): an item names the circumstances in which it is not needed (such as 森林法 56)."""
    item = situation.item
    if item is None or not item.not_needed_when:
        return Reason("always-needed", "该事项没有规定可以免办的情形。")
    return None


def supplement_is_overdue(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """补正不来办结 (closing code 5) only after the announced term."""
    deadline = supplement_deadline(situation.case) if situation.case is not None else None
    if deadline is None or event.at.date() <= deadline:
        return (Reason("not-overdue", f"补正期限（{deadline or '未写明'}）未过，不能按补正不来办结。"),)
    return ()


def supplement_deadline(case: Case) -> date | None:
    """Return the last day for bringing what is missing: the one the authority named, or the usual term after the notice
    at intake; None where nothing was asked for.
    """
    if case.state is not State.INCOMPLETE:
        named = str(case.fact("request_supplement", "deadline"))
        return date.fromisoformat(named) if named else None
    told = case.when("note_missing")
    return told.date() + INTAKE_TERM if told is not None else None


INTAKE_TERM = timedelta(days=30)
"""How long a station keeps an application that lacks materials; a term of ours, printed on its notice."""


def void_is_proposed(situation: Situation, hand: Hand) -> Reason | None:
    """四眼: a record is voided or deleted after somebody proposed it with a reason, while it lies where it lay then."""
    if situation.case is not None and not situation.case.void_proposed:
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


def proposal_is_shown_above(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A desk with one person has its proposal confirmed by the desk above, which must see it for that."""
    desk = situation.organisation.desk(event.hand.desk_id)
    above = (desk.parent or desk.desk_id) if desk is not None else ""
    if event.facts.get("to_desk") != above:
        return (Reason("wrong-desk", "作废应提交上级单位复核。", "to_desk"),)
    return ()


def applicant_asked(situation: Situation, hand: Hand) -> Reason | None:
    """Only the applicant withdraws: at the station he applied at, or by a request that came from there."""
    case = situation.case
    if case is None or hand.desk_id == case.origin or withdrawal_waits(case):
        return None
    return Reason("nobody-asked", "申请人没有申请撤回；撤回由申请人在收件站点书面提出。")


def withdrawal_waits(case: Case) -> bool:
    """Tell whether a request to withdraw was made and not yet answered."""
    asked, answered = case.when("request_withdrawal"), case.when("dismiss_withdrawal")
    return asked is not None and (
        answered is None or case.last_order("dismiss_withdrawal", "request_withdrawal")
    )


def request_is_in_writing(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A withdrawal at the counter rests on a written request (domain 1.3, 12); one that was passed on names it."""
    if situation.case is not None and withdrawal_waits(situation.case):
        return ()
    if not text_of(event, "written_request"):
        return (Reason("empty", "请写明申请人的书面撤回申请。", "written_request"),)
    return ()


def withdrawal_is_asked(situation: Situation, hand: Hand) -> Reason | None:
    """Only a request that was made can be dismissed."""
    if situation.case is not None and situation.case.when("request_withdrawal") is None:
        return Reason("not-asked", "申请人没有申请撤回，不用答复。")
    return None


def record_stands(situation: Situation, hand: Hand) -> Reason | None:
    """A record that was voided or deleted is no service anybody got, archived or not."""
    if situation.case is not None and situation.case.closed_as in {State.VOIDED, State.DELETED}:
        return Reason("no-service", "该记录已作废或删除，不能评价。")
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


def promise_is_not_broken(situation: Situation, hand: Hand) -> Reason | None:
    """What was granted on a promise is not given out when the check found it broken (告知承诺, SEED 004)."""
    if situation.case is not None and situation.case.fact("check_promise", "outcome") == "broken":
        return Reason("promise-broken", "核查发现申请人未履行承诺，不能准予；请作出不予决定。")
    return None


def promised_is_brought(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Only what was promised is brought afterwards."""
    case = situation.case
    promised = {row.material_id for row in case.application.materials if row.promised_by} if case else set()
    brought = {str(row.get("material_id")) for row in rows_of(event, "materials")}
    if not brought or not brought <= promised:
        return (Reason("not-promised", "请选择申请人承诺补交的材料。", "materials"),)
    return ()


def promise_was_made(situation: Situation, hand: Hand) -> Reason | None:
    """承诺核查 follows a promise (告知承诺, SEED 004)."""
    case = situation.case
    promised = case is not None and any(row.promised_by for row in case.application.materials)
    if case is None or not (promised or case.when("bring_promised")):
        return Reason("no-promise", "该办件没有以承诺代替的材料。")
    return None
