"""Rules of whole-service projects (全程代办, 专人代办: SEED 000, 003): one agent answers for a bundle of cases."""

from __future__ import annotations

from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.numbers import parse_receipt_number
from stationapp.domain.organisation import PostKind
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.rules.given import text_of
from stationapp.domain.rules.opening import application_in
from stationapp.domain.social_credit import check_social_credit


def enterprise_is_named(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A project is an enterprise's: it has a name, and a unified social credit code (GB 32100) that can be right."""
    application = application_in(event)
    if application is None:
        return (Reason("bad-application", "登记内容不完整。", "application"),)
    reasons = [] if application.applicant.name.strip() else [Reason("empty", "请填写企业名称。", "name")]
    code = text_of(event, "credit_code")
    found = check_social_credit(code).reasons if code else ()
    return (*reasons, *(Reason(row.code, row.text, "credit_code") for row in found))


def agent_works_there(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The responsible agent works at the desk that has the project."""
    desk_id = text_of(event, "to_desk") or event.hand.desk_id
    person = text_of(event, "to_person")
    if not person or any(post.desk_id == desk_id for post in situation.organisation.posts_of(person)):
        return ()
    return (Reason("not-there", "责任代办员须是该单位的人员。", "to_person"),)


def is_responsible(situation: Situation, hand: Hand) -> Reason | None:
    """专人代办: the responsible agent acts, or who shares his post with him (AB岗), or the chief."""
    case, organisation = situation.case, situation.organisation
    post = situation.post(hand)
    if case is None or not case.handler or case.handler == hand.person_id or post is None:
        return None
    if post.kind is PostKind.CHIEF or post.side_of(case.handler) is not None:
        return None
    agent = organisation.person(case.handler)
    return Reason("given-to-other", f"该项目由{agent.name if agent else '其他人'}专人代办。")


def member_is_new(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A case joins a project once, by its receipt number."""
    member = text_of(event, "member")
    try:
        number = str(parse_receipt_number(member))
    except Refused as refused:
        return tuple(Reason(row.code, row.text, "member") for row in refused.reasons)
    if number != member:
        return (Reason("number-spelling", f"收件号请写成 {number}。", "member"),)
    if situation.case is not None and number in situation.case.bundle:
        return (Reason("in-project", "这个办件已经在项目里。", "member"),)
    return ()


def member_is_there(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Only what belongs to a project leaves it."""
    if situation.case is not None and text_of(event, "member") in situation.case.bundle:
        return ()
    return (Reason("not-in-project", "项目里没有这个办件。", "member"),)
