"""Rules of opening a case: who may, for which item, with which numbers, for which applicant."""

from __future__ import annotations

from datetime import timedelta

from stationapp.domain import numbers
from stationapp.domain.case import Case
from stationapp.domain.catalogue import why_not_open
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.identity_documents import DocumentKind, check_identity
from stationapp.domain.item_form import check_form
from stationapp.domain.moves import Situation
from stationapp.domain.names import normalise_name
from stationapp.domain.organisation import Level, PostKind
from stationapp.domain.people import (
    Application,
)
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.rules.levels import GO_TO, LEVELS


def may_open(situation: Situation, hand: Hand) -> Reason | None:
    """A desk opens what it can decide or pass on to whoever is competent (同城通办); what a village does by itself is
    asked for there.
    """
    desk, item = situation.desk(hand), situation.item
    if desk is None or item is None or int(item.decides_at) <= int(desk.level):
        return None
    if item.decides_at is Level.TOWNSHIP:
        return None  # The county window takes it for the township that the application names.
    return Reason("decided-below", f"“{item.name}”由{LEVELS[item.decides_at]}办理，{GO_TO[item.decides_at]}")


def applicant_appears(situation: Situation, hand: Hand) -> Reason | None:
    """What needs the applicant in person is received at the window he appears at; an agent cannot stand in."""
    post, item = situation.post(hand), situation.item
    if post is None or post.kind is not PostKind.AGENT or item is None or not item.applicant_must_appear:
        return None
    if item.decides_at is Level.VILLAGE:
        return None  # The agent's own counter is where he appears.
    text = f"“{item.name}”须本人到{LEVELS[item.decides_at]}窗口办理，不能代办；可以代为咨询、预约。"
    return Reason("must-appear", text, "item")


def authority_is_on_file(situation: Situation, hand: Hand) -> Reason | None:
    """委托代办 (SEED 004; 行政许可法 29): before the materials leave, the applicant's authority is on file."""
    if situation.case is None or _has_authority(situation.case):
        return None
    return Reason("no-attorney", "还没有登记申请人的委托书，请打印委托书、签名后登记，再移交。")


def authority_is_missing(situation: Situation, hand: Hand) -> Reason | None:
    """What is on file is not put there again."""
    if situation.case is None or not _has_authority(situation.case):
        return None
    return Reason("has-attorney", "委托书已经登记。")


def _has_authority(case: Case) -> bool:
    return bool(case.application.attorney) or case.when("note_attorney") is not None


def item_is_open(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """无编码不得办理 (SEED 004), on the day of the application: one that was made in time is completed at any time."""
    case, day = situation.case, event.at.date()
    if case is not None:
        day = numbers.parse_receipt_number(case.receipt_number).day
    return why_not_open(situation.item, day)


def numbers_are_right(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The receipt number is well formed, of the station that gave it and of the day it was given; the enquiry
    code is well formed.
    """
    desk = situation.organisation.desk(event.hand.desk_id)
    try:
        number = numbers.parse_receipt_number(str(event.facts.get("receipt_number", "")))
        numbers.parse_enquiry_code(str(event.facts.get("enquiry_code", "")))
    except Refused as refused:
        return refused.reasons
    if situation.case is not None and situation.case.receipt_number != event.facts["receipt_number"]:
        return (Reason("number-changed", "收件号不得更改。", "receipt_number"),)
    if desk is None or number.station != desk.station_code:
        return (Reason("foreign-number", "收件号不属于本站点。", "receipt_number"),)
    if situation.case is None and abs(number.day - event.at.date()) > _MIDNIGHT:
        return (Reason("wrong-day", "收件号的日期不是收件当天。", "receipt_number"),)
    return ()


def applicant_is_right(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The applicant has a name, and an identity document that can be right (GB 11643 and its relatives)."""
    application = application_in(event)
    if application is None:
        return (Reason("bad-application", "申请内容不完整。", "application"),)
    applicant = application.applicant
    reasons = list(_name_faults(applicant.name))
    if applicant.document_kind not in {str(kind) for kind in DocumentKind}:
        return (*reasons, Reason("document-kind", "请选择证件类型。", "document_kind"))
    kind = DocumentKind(applicant.document_kind)
    found = check_identity(kind, applicant.document_number, event.at.date()).reasons
    reasons.extend(Reason(row.code, row.text, "document_number") for row in found)
    return tuple(reasons)


def applicant_stays(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Completing a case changes nothing about whose it is; only the spelling of his name may be mended."""
    case, application = situation.case, application_in(event)
    if case is None or application is None:
        return ()
    before, now = case.application.applicant, application.applicant
    if (before.document_kind, before.document_number) == (now.document_kind, now.document_number):
        return ()
    text = "补齐材料时不能更换申请人的证件类型和号码；原先录错的，请作废后重新收件。"
    return (Reason("applicant-changed", text, "document_number"),)


def _name_faults(name: str) -> tuple[Reason, ...]:
    try:
        normal = normalise_name(name)
    except Refused as refused:
        return refused.reasons
    return () if normal == name else (Reason("name-spelling", "姓名写法未规范，请重新录入。", "name"),)


def form_is_right(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The item's own fields fit its form, and item name and version are those of the catalogue."""
    application, item = application_in(event), situation.item
    if application is None or item is None:
        return ()
    if (application.item_code, application.item_version) != (item.code, item.version):
        return (Reason("item-changed", "事项版本与目录不一致，请重新选择事项。", "item"),)
    return check_form(item.form, application.form)


def application_in(event: CaseEvent) -> Application | None:
    """Return the application an event carries, None for none or one that cannot be read."""
    try:
        return event.application
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


# A number drawn just before midnight may stand in an event just after it.
_MIDNIGHT = timedelta(days=1)
