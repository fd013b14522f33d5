"""Rules that several kinds of affairs share: who asks, for whom, and the days and times they name."""

from __future__ import annotations

import re
from datetime import date

from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.identity_documents import DocumentKind, check_identity
from stationapp.domain.moves import Check, Situation
from stationapp.domain.names import normalise_name
from stationapp.domain.organisation import Level
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.rules.given import text_of
from stationapp.domain.rules.opening import application_in

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def person_may_be_unnamed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Whoever asks or complains may stay anonymous; what is given of name and document is right."""
    application = application_in(event)
    if application is None:
        return (Reason("bad-application", "登记内容不完整。", "application"),)
    applicant = application.applicant
    return (*_name_faults(applicant.name), *_document_faults(situation, event))


def person_can_be_reached(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Whoever has an appointment can be called back when it has to be moved."""
    application = application_in(event)
    if application is None:
        return (Reason("bad-application", "登记内容不完整。", "application"),)
    applicant = application.applicant
    lacking = (("name", applicant.name, "请填写姓名。"), ("phone", applicant.phone, "请填写联系电话。"))
    reasons = [Reason("empty", text, name) for name, value, text in lacking if not value.strip()]
    return (*reasons, *_name_faults(applicant.name), *_document_faults(situation, event))


def subject_is_named(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An affair says in a few words what it is about, so that lists and search can show it."""
    application = application_in(event)
    if application is not None and application.item_name.strip():
        return ()
    return (Reason("empty", "请写明是什么事。", "item_name"),)


def to_existing_desk(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What is handed to a desk is handed to one there is."""
    if situation.organisation.desk(text_of(event, "to_desk")) is not None:
        return ()
    return (Reason("no-desk", "没有这个单位，请重新选择。", "to_desk"),)


def to_another_desk(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What is passed on goes to another desk."""
    if text_of(event, "to_desk") != event.hand.desk_id:
        return to_existing_desk(situation, event)
    return (Reason("own-desk", "请选择其他单位。", "to_desk"),)


def to_county_window(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What the county coordinates goes to its window."""
    if text_of(event, "to_desk") == situation.organisation.county_window().desk_id:
        return ()
    return (Reason("wrong-desk", "应交由县级综合窗口处理。", "to_desk"),)


def at_county_window(situation: Situation, hand: Hand) -> Reason | None:
    """The county window coordinates (业务规范协调, SEED 002)."""
    desk = situation.desk(hand)
    if desk is None or desk.level is not Level.COUNTY or desk.department:
        return Reason("not-window", "请由县级综合窗口办理。")
    return None


def times_are_readable(*names: str) -> Check:
    """Return a check that the named facts are times of a day, such as 09:30."""

    def check(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
        wrong = [name for name in names if (text := text_of(event, name)) and not _TIME.fullmatch(text)]
        return tuple(Reason("bad-time", "时间请写成 09:30 这样。", name) for name in wrong)

    return check


def until_follows_from(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What lasts from one time to another ends after it began."""
    first, last = (_moment(event, side) for side in ("from", "until"))
    if not all(first) or not all(last) or first < last:
        return ()
    return (Reason("ends-before", "结束时间应晚于开始时间。", "until_at"),)


def _moment(event: CaseEvent, side: str) -> tuple[str, str]:
    """Day and time as texts that sort; a session within one day names its day once."""
    return text_of(event, f"{side}_on") or text_of(event, "day"), text_of(event, f"{side}_at")


def day_has_come(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What is put on record as done was not done in the future."""
    text = text_of(event, "done_on")
    if text and date.fromisoformat(text) > event.at.date():
        return (Reason("ahead", "日期不能晚于今天。", "done_on"),)
    return ()


def _name_faults(name: str) -> tuple[Reason, ...]:
    if not name:
        return ()
    try:
        normal = normalise_name(name)
    except Refused as refused:
        return refused.reasons
    return () if normal == name else (Reason("name-spelling", "姓名写法未规范，请重新录入。", "name"),)


def _document_faults(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    applicant = event.application.applicant
    if not applicant.document_number:
        return ()
    if applicant.document_kind not in {str(kind) for kind in DocumentKind}:
        return (Reason("document-kind", "请选择证件类型。", "document_kind"),)
    kind = DocumentKind(applicant.document_kind)
    found = check_identity(kind, applicant.document_number, event.at.date()).reasons
    return tuple(Reason(row.code, row.text, "document_number") for row in found)
