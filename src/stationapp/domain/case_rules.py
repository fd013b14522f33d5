"""The rules behind the table of moves. Each answers with the sentence a person reads when broken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from stationapp.domain import numbers
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.catalogue import HandlingKind, Material, ServiceItem, why_not_open
from stationapp.domain.due_facts import agrees, due_fact, is_due_fact
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.identity_documents import DocumentKind, check_identity
from stationapp.domain.item_form import check_form
from stationapp.domain.moves import Situation
from stationapp.domain.names import normalise_name
from stationapp.domain.organisation import DeskKind, Level, PostKind
from stationapp.domain.people import (
    Application,
    HandedIn,
    handed_in_from_mapping,
)
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.time_limits import Limit


def may_open(situation: Situation, hand: Hand) -> Reason | None:
    """A desk opens only what it can decide or pass upwards; what is decided below is asked for there."""
    desk, item = situation.desk(hand), situation.item
    if desk is None or item is None or int(item.decides_at) <= int(desk.level):
        return None
    return Reason(
        "decided-below", f"“{item.name}”由{_LEVELS[item.decides_at]}办理，{_GO_TO[item.decides_at]}"
    )


def applicant_appears(situation: Situation, hand: Hand) -> Reason | None:
    """What needs the applicant in person is received at the window he appears at; an agent cannot stand in."""
    post, item = situation.post(hand), situation.item
    if post is None or post.kind is not PostKind.AGENT or item is None or not item.applicant_must_appear:
        return None
    if item.decides_at is Level.VILLAGE:
        return None  # The agent's own counter is where he appears.
    text = f"“{item.name}”须本人到{_LEVELS[item.decides_at]}窗口办理，不能代办；可以代为咨询、预约。"
    return Reason("must-appear", text, "item")


def may_decide(situation: Situation, hand: Hand) -> Reason | None:
    """授权到位 (SEED 001): the item is decided at this level, and at the county by this department."""
    desk, item = situation.desk(hand), situation.item
    if desk is None or item is None:
        return Reason("no-item", "找不到该办件所依据的事项版本，请先同步。")
    if desk.level is not item.decides_at:
        return Reason("no-power", f"“{item.name}”由{_LEVELS[item.decides_at]}决定，本级无权决定。")
    if desk.kind is DeskKind.DEPARTMENT and desk.department != item.department:
        return Reason("no-power", f"“{item.name}”由{item.department_name}决定，本部门无权决定。")
    return None


def may_accept(situation: Situation, hand: Hand) -> Reason | None:
    """Only the level that decides accepts: a village or township never accepts in the county's name (许可法
    24).
    """
    desk, item = situation.desk(hand), situation.item
    if desk is None or item is None:
        return Reason("no-item", "找不到该办件所依据的事项版本，请先同步。")
    if desk.level is not item.decides_at:
        return Reason("no-power", f"“{item.name}”由{_LEVELS[item.decides_at]}受理，本级只能转报。")
    return None


def is_decided_above(situation: Situation, hand: Hand) -> Reason | None:
    """What the township decides itself is not forwarded."""
    item = situation.item
    if item is not None and item.decides_at is not Level.COUNTY:
        return Reason("decided-here", f"“{item.name}”在本级办理，不需要转报。")
    return None


def is_decided_above_village(situation: Situation, hand: Hand) -> Reason | None:
    """What the village handles on the spot is not handed over."""
    item = situation.item
    if item is not None and item.decides_at is Level.VILLAGE:
        return Reason("decided-here", f"“{item.name}”由村级直接办理，不需要移交。")
    return None


def is_handled_in_village(situation: Situation, hand: Hand) -> Reason | None:
    """村直办: public services the village itself carries out; never a licence (许可法 24)."""
    item = situation.item
    if item is None or item.decides_at is not Level.VILLAGE:
        return Reason("no-power", "该事项不是村级直接办理事项，请移交上级。")
    return None


def is_decided_here(situation: Situation, hand: Hand) -> Reason | None:
    """The county registers what the county decides."""
    item = situation.item
    if item is not None and item.decides_at is not Level.COUNTY:
        return Reason("decided-below", f"“{item.name}”由{_LEVELS[item.decides_at]}办理，不在县级登记。")
    return None


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
    """Only 即办件 are decided without a review before."""
    case, item = situation.case, situation.item
    immediate = item is not None and item.handling is HandlingKind.IMMEDIATE
    if case is not None and not immediate and case.when("review") is None:
        return Reason("not-reviewed", "该办件尚未审查，不能作决定。")
    return None


def is_registered_at_county(situation: Situation, hand: Hand) -> Reason | None:
    """The county registers a case before it accepts it; a township accepts what it signed for."""
    desk, case = situation.desk(hand), situation.case
    if desk is not None and desk.level is Level.COUNTY and case is not None and case.when("register") is None:
        return Reason("not-registered", "请先登记，再受理。")
    return None


def at_window(situation: Situation, hand: Hand) -> Reason | None:
    """The county window does this, not a department."""
    desk = situation.desk(hand)
    if desk is None or desk.kind is not DeskKind.STATION:
        return Reason("not-window", "请由综合窗口办理。")
    return None


def result_goes_down(situation: Situation, hand: Hand) -> Reason | None:
    """A result is sent on only where it has further to go."""
    case = situation.case
    if case is not None and hand.desk_id == case.origin:
        return Reason("at-origin", "结果已在收件站点，请直接送达申请人。")
    return None


def result_is_here(situation: Situation, hand: Hand) -> Reason | None:
    """The result is served where the application was received."""
    case = situation.case
    if case is not None and hand.desk_id != case.origin:
        return Reason("not-origin", "结果须由收件站点送达，请先发还结果。")
    return None


def addresses_neighbour(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A batch goes one level up, or one level down towards the origin."""
    desk = situation.organisation.desk(event.hand.desk_id)
    target = str(event.facts.get("to_desk", ""))
    allowed = next_desk(situation, event.hand.desk_id, upwards=event.move in {"hand_over", "forward"})
    if desk is None or allowed is None or target != allowed:
        return (Reason("wrong-desk", "批次的接收单位不对，请重新选择。", "to_desk"),)
    return ()


def next_desk(situation: Situation, desk_id: str, *, upwards: bool) -> str | None:
    """Return the desk a case goes to next: the parent, or the next one down on the way to its origin."""
    organisation = situation.organisation
    desk = organisation.desk(desk_id)
    if upwards:
        return desk.parent or None if desk else None
    step = situation.case.origin if situation.case else ""
    while step:
        below = organisation.desk(step)
        if below is None:
            return None
        if below.parent == desk_id:
            return step
        step = below.parent
    return None


def names_batch(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A handover names its batch with a number that can be found again, of the station that hands over."""
    desk = situation.organisation.desk(event.hand.desk_id)
    try:
        number = numbers.parse_batch_number(str(event.facts.get("batch_number", "")))
    except Refused as refused:
        return refused.reasons
    if desk is None or number.station != desk.station_code:
        return (Reason("foreign-number", "批次号不属于本站点。", "batch_number"),)
    return () if event.facts.get("batch_id") else (Reason("no-batch", "缺少批次标识。", "batch_id"),)


def goes_to_department(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A case is assigned to the department that decides its item."""
    desk = situation.organisation.desk(str(event.facts.get("to_desk", "")))
    item = situation.item
    if desk is None or item is None or desk.department != item.department:
        name = item.department_name if item else "主管部门"
        return (Reason("wrong-desk", f"该事项应分办给{name}。", "to_desk"),)
    return ()


def goes_to_own_window(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """统一窗口出件 (SEED 003): a department gives the result to its window; a township keeps it."""
    desk = situation.organisation.desk(event.hand.desk_id)
    if desk is None:
        return (Reason("no-desk", "找不到办理岗位所在的单位。"),)
    expected = desk.parent if desk.kind is DeskKind.DEPARTMENT else desk.desk_id
    if event.facts.get("to_desk") != expected:
        return (Reason("wrong-desk", "结果应交由综合窗口统一出件。", "to_desk"),)
    return ()


def goes_to_origin(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A case that lacks materials goes back to where the applicant is."""
    origin = situation.case.origin if situation.case else ""
    if event.facts.get("to_desk") != origin:
        return (Reason("wrong-desk", "补正应退回收件站点。", "to_desk"),)
    return ()


def item_is_open(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """无编码不得办理 (SEED 004), on the day of the act."""
    return why_not_open(situation.item, event.at.date())


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
    application = _application(event)
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
    case, application = situation.case, _application(event)
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
    application, item = _application(event), situation.item
    if application is None or item is None:
        return ()
    if (application.item_code, application.item_version) != (item.code, item.version):
        return (Reason("item-changed", "事项版本与目录不一致，请重新选择事项。", "item"),)
    return check_form(item.form, application.form)


def materials_are_complete(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Every required material lies on the table in the numbers the catalogue names."""
    application, item = _application(event), situation.item
    if application is None or item is None:
        return ()
    return tuple(
        Reason(
            "material-missing",
            f"缺少材料：{row['name']}（{row['problem']}）",
            f"material:{row['material_id']}",
        )
        for row in missing_materials(item, application)
    )


def supplied_materials_are_complete(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A supplement brings everything the last notice asked for, in the numbers the catalogue names."""
    case = situation.case
    asked = case.supplements[-1] if case is not None and case.supplements else frozenset()
    brought = {row.material_id: row for row in map(handed_in_from_mapping, event.facts.get("materials", ()))}
    named = {row.material_id: row for row in situation.item.materials} if situation.item is not None else {}
    lacking = [one for one in sorted(asked) if not _is_brought(brought.get(one), named.get(one))]
    if not lacking:
        return ()
    return (Reason("supplement-missing", f"还有 {len(lacking)} 项补正材料未收齐。", "materials"),)


def _is_brought(row: HandedIn | None, material: Material | None) -> bool:
    """A material the catalogue asks no count of, or does not know, must at least be there."""
    if row is None or not (row.originals or row.copies or row.attachments):
        return False
    return material is None or _is_enough(row, material)


def _is_enough(row: HandedIn, material: Material) -> bool:
    return row.originals >= material.originals and row.copies >= material.copies


def missing_materials(item: ServiceItem, application: Application) -> list[dict[str, str]]:
    """Return rows {material_id, name, problem, standard} of everything required that is not there in full."""
    given = {row.material_id: row for row in application.materials}
    rows = []
    for material in item.materials:
        if not material.required or material.shared:
            continue
        row = given.get(material.material_id)
        if row is not None and _is_enough(row, material):
            continue
        wanted = f"应收原件 {material.originals} 份、复印件 {material.copies} 份"
        problem = "未提交" if row is None else f"已收原件 {row.originals} 份、复印件 {row.copies} 份"
        standard = f"{wanted}；{material.note}" if material.note else wanted
        rows.append(
            {
                "material_id": material.material_id,
                "name": material.name,
                "problem": problem,
                "standard": standard,
            }
        )
    return rows


def missing_is_named(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A notice names at least one missing material, each with what is wrong and what is wanted."""
    rows = event.facts.get("missing", ())
    named = [row for row in rows if row.get("material_id") and row.get("name") and row.get("standard")]
    if not named or len(named) != len(rows):
        return (Reason("nothing-missing", "一次性告知须逐项写明缺少的材料和应达到的标准。", "missing"),)
    return ()


def missing_is_asked_for(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What is told at intake is a material of the item (许可法 31: no others may be demanded) that is not there in
    full, or has a fault the notice describes.
    """
    application, item = _application(event), situation.item
    if application is None or item is None:
        return ()
    lacking = {row["material_id"] for row in missing_materials(item, application)}
    demanded = {row.material_id: row.name for row in item.materials if not row.shared}
    faults = (_demand_fault(row, demanded, lacking) for row in event.facts.get("missing", ()))
    return tuple(Reason("not-missing", fault, "missing") for fault in faults if fault)


def _demand_fault(row: Mapping[str, str], demanded: Mapping[str, str], lacking: Collection[str]) -> str:
    name, material_id = row.get("name", ""), row.get("material_id", "")
    if demanded.get(material_id) != name:
        return f"“{name}”不在该事项的材料目录中，不得要求提交。"
    if material_id in lacking or str(row.get("problem", "")).strip():
        return ""
    return f"“{name}”已收齐；如不合格，请写明问题。"


def grounds_are_new(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """一次性告知 (许可法 32(4)): what was asked for once is not asked a second time."""
    case = situation.case
    earlier: frozenset[str] = frozenset().union(*case.supplements) if case is not None else frozenset()
    again = [
        str(row.get("name")) for row in event.facts.get("missing", ()) if row.get("material_id") in earlier
    ]
    if again and case is not None and case.when("request_supplement") is not None:
        return (
            Reason(
                "told-twice", f"已就“{'、'.join(again)}”告知过一次，不得再次以同一理由要求补正。", "missing"
            ),
        )
    return ()


def reasons_are_given(*names: str) -> Any:
    """Return a check that the named facts hold some text."""

    def check(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
        lacking = [name for name in names if not str(event.facts.get(name, "")).strip()]
        return tuple(Reason("empty", "请填写本项内容。", name) for name in lacking)

    return check


def deadline_is_ahead(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The day by which the applicant brings what is missing lies ahead of the notice."""
    deadline = str(event.facts.get("deadline", ""))
    if deadline and date.fromisoformat(deadline) <= event.at.date():
        return (Reason("past-deadline", "补正期限应晚于今天。", "deadline"),)
    return ()


def due_dates_are_named(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An acceptance names its due dates with the calendar they were counted by."""
    for name in ("statutory_due", "promised_due"):
        due = event.facts.get(name)
        if due is not None and not is_due_fact(due):
            return (Reason("bad-due-date", "办理期限写法不对。", name),)
    if event.facts.get("statutory_due") is None and event.facts.get("promised_due") is None:
        return (Reason("no-due-date", "受理须写明办理期限。", "promised_due"),)
    return ()


def due_dates_are_counted(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The due dates are those of the item's limits, counted from the day of acceptance by the calendar (许可法
    42, 45, 82).
    """
    item = situation.item
    if item is None or situation.calendar is None:
        return ()
    limits = {"statutory_due": item.statutory_limit, "promised_due": item.promised_limit}
    faults = (_due_fault(situation.calendar, event, name, limit) for name, limit in limits.items())
    return tuple(fault for fault in faults if fault is not None)


def _due_fault(calendar: WorkCalendar, event: CaseEvent, name: str, limit: Limit | None) -> Reason | None:
    given = event.facts.get(name)
    if limit is None:
        return Reason("wrong-due-date", "事项目录没有这项办理期限。", name) if is_due_fact(given) else None
    wanted = due_fact(event.at.date(), limit, calendar)
    if is_due_fact(given) and agrees(given, wanted):
        return None
    text = f"办理期限应按{limit.text}计算，到 {wanted['day']} 为止，请重新受理。"
    return Reason("wrong-due-date", text, name)


def publicity_is_over(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What must be publicised before the decision has been, for as many days as the catalogue says; those days
    are named, for the limits leave them out.
    """
    days = situation.item.publicity_days if situation.item is not None else 0
    first, last = (str(event.facts.get(name) or "") for name in ("publicity_from", "publicity_to"))
    if not days:
        return (
            (Reason("no-publicity", "该事项不需公示，请留空。", "publicity_from"),) if first or last else ()
        )
    if not first or not last:
        return (
            Reason("not-publicised", f"该事项决定前须公示 {days} 天，请填写公示起止日期。", "publicity_from"),
        )
    begun, ended = date.fromisoformat(first), date.fromisoformat(last)
    if (ended - begun).days + 1 < days:
        return (Reason("publicity-short", f"公示不足 {days} 天，不能作决定。", "publicity_to"),)
    if ended >= event.at.date():
        return (Reason("publicity-running", "公示尚未结束，不能作决定。", "publicity_to"),)
    return ()


def service_is_witnessed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """送达 (许可法 44, form of 民诉法 87-90): leaving a document needs a witness, a household member his
    relation.
    """
    manner = event.facts.get("manner")
    if manner == "left" and not event.facts.get("witness"):
        return (Reason("no-witness", "留置送达须写明见证人。", "witness"),)
    if manner == "household" and not event.facts.get("relation"):
        return (Reason("no-relation", "代收须写明与受送达人的关系。", "relation"),)
    return ()


def service_follows_result(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The day of receipt lies between the day the result was decided and the day it is put on record."""
    text, today = str(event.facts.get("served_on", "")), event.at.date()
    if not text:
        return ()
    served = date.fromisoformat(text)
    decided = _decided_on(situation)
    if served > today:
        return (Reason("served-ahead", "收到日期不能晚于今天。", "served_on"),)
    if decided is not None and served < decided:
        return (Reason("served-before", f"收到日期不能早于办理结果作出之日（{decided}）。", "served_on"),)
    return ()


def _decided_on(situation: Situation) -> date | None:
    case = situation.case
    moments = [case.when(move) for move in ("grant", "refuse", "handle_directly")] if case is not None else []
    return max((moment.date() for moment in moments if moment is not None), default=None)


def _application(event: CaseEvent) -> Application | None:
    try:
        return event.application
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


# A number drawn just before midnight may stand in an event just after it.
_MIDNIGHT = timedelta(days=1)
_LEVELS = {Level.COUNTY: "县级", Level.TOWNSHIP: "乡镇", Level.VILLAGE: "村级"}
_GO_TO = {
    Level.VILLAGE: "请申请人到所在村的便民服务室办理。",
    Level.TOWNSHIP: "请申请人到所在乡镇的便民服务中心办理。",
}
