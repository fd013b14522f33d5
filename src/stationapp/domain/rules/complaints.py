"""Rules of complaints (投诉受理制, SEED 000, 003): the complaint post handles them, the accused has no access."""

from __future__ import annotations

from datetime import date

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.complaint_limits import USUAL_LIMITS, complaint_due
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.organisation import Desk, Organisation, PostKind
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of

NO_ACCESS = Reason("accused", "投诉对被投诉人保密，您不能查看或办理。")
CONFIDENTIAL = Reason("confidential", "投诉由监察岗办理，其他岗位不能查看。")


def complaint_desk(organisation: Organisation, accused_desk: str = "") -> Desk | None:
    """Return the desk whose complaint post (监察岗) handles complaints: another than the accused where there is one."""
    ids = [post.desk_id for post in organisation.posts if post.kind is PostKind.SUPERVISOR]
    desks = [desk for desk_id in ids if (desk := organisation.desk(desk_id)) is not None]
    others = (desk for desk in desks if desk.desk_id != accused_desk)
    return next(others, None) or next(iter(desks), None)


def why_hidden(case: Case, hand: Hand, organisation: Organisation) -> Reason | None:
    """Return why a person may not see a case or an affair; None for all that is no complaint.

    The complaint post sees it, and so does the desk that filed it; where both are one desk, only who filed it.
    """
    if case.kind != AffairKind.COMPLAINT:
        return None
    post = organisation.post(hand.post_id)
    supervises = post is not None and post.kind is PostKind.SUPERVISOR
    if _accuses(case, hand, supervises=supervises):
        return NO_ACCESS
    filer = case.first_asked.person_id if case.first_asked is not None else ""
    if supervises or hand.person_id == filer:
        return None
    at_filing_desk = hand.desk_id == case.origin and hand.desk_id != case.holder
    return None if at_filing_desk else CONFIDENTIAL


def _accuses(case: Case, hand: Hand, *, supervises: bool) -> bool:
    desk, person = (str(case.fact("file_complaint", name)) for name in ("accused_desk", "accused_person"))
    if person:
        return hand.person_id == person
    return hand.desk_id == desk and not supervises


def is_not_accused(situation: Situation, hand: Hand) -> Reason | None:
    """Whoever is accused, desk or person, neither sees nor handles the complaint."""
    return why_hidden(situation.case, hand, situation.organisation) if situation.case is not None else None


def accused_does_not_file(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A complaint is not taken down by whom it accuses."""
    hand, person = event.hand, text_of(event, "accused_person")
    whole_desk = not person and text_of(event, "accused_desk") == hand.desk_id
    post = situation.post(hand)
    if person == hand.person_id or (whole_desk and (post is None or post.kind is not PostKind.SUPERVISOR)):
        text = "被投诉的单位或人员不能登记对自己的投诉，请告知群众向上级单位或监督电话反映。"
        return (Reason("accused", text, "accused_desk"),)
    return ()


def accused_is_known(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A complaint names the desk it is about, and of its people the one it is about, if any."""
    organisation = situation.organisation
    desk_id, person = text_of(event, "accused_desk"), text_of(event, "accused_person")
    if not desk_id:
        return ()
    if organisation.desk(desk_id) is None:
        return (Reason("no-desk", "没有这个单位，请重新选择。", "accused_desk"),)
    if person and all(post.desk_id != desk_id for post in organisation.posts_of(person)):
        return (Reason("not-there", "被投诉人不在这个单位，请核对。", "accused_person"),)
    return ()


def goes_to_complaint_post(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A complaint goes to the complaint post at once, whoever took it down."""
    desk = complaint_desk(situation.organisation, text_of(event, "accused_desk"))
    if desk is None:
        return (Reason("no-supervisor", "本县还没有设监察岗，请由县级管理员先设岗。", "to_desk"),)
    if text_of(event, "to_desk") != desk.desk_id:
        return (Reason("wrong-desk", f"投诉应交由{desk.name}监察岗办理。", "to_desk"),)
    return ()


def is_not_extended(situation: Situation, hand: Hand) -> Reason | None:
    """The limit of a complaint is extended once."""
    if situation.case is not None and situation.case.when("extend_complaint") is not None:
        return Reason("extended", "办理期限已经延长过一次，不能再次延长。")
    return None


def extension_is_allowed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An extension is short, and is given before the limit has run out."""
    days = event.facts.get("days")
    if isinstance(days, int) and days > USUAL_LIMITS.extension:
        return (Reason("too-long", f"最多延长 {USUAL_LIMITS.extension} 个工作日。", "days"),)
    case, calendar = situation.case, situation.calendar
    due = complaint_due(case, calendar) if case is not None and calendar is not None else None
    if due is not None and event.at.date() > due.day:
        return (Reason("ran-out", f"办理期限（{due.day}）已过，不能再延长。", "days"),)
    return ()


def call_back_has_been(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The complainant was called back after the answer, and not in the future."""
    case, text = situation.case, text_of(event, "called_back_on")
    replied = case.when("reply_complaint") if case is not None else None
    if not text or replied is None:
        return ()
    if not replied.date() <= date.fromisoformat(text) <= event.at.date():
        return (Reason("called-outside", "回访日期应在反馈之后、今天之前（含当天）。", "called_back_on"),)
    return ()
