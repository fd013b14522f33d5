"""Rules of materials: what is complete, what a notice may ask for, and that it asks once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from stationapp.domain.case import Case, State
from stationapp.domain.catalogue import Material, ServiceItem
from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Situation
from stationapp.domain.people import (
    Application,
    HandedIn,
    handed_in_from_mapping,
)
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import rows_of, text_of
from stationapp.domain.rules.opening import application_in


def materials_are_complete(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Every required material lies on the table in the numbers the catalogue names."""
    application, item = application_in(event), situation.item
    if application is None or item is None:
        return ()
    return tuple(
        Reason(
            "material-missing",
            f"缺少材料：{row['name']}（{row['problem']}）。",
            f"material:{row['material_id']}",
        )
        for row in missing_materials(item, application)
    )


def supplied_materials_are_complete(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A supplement brings everything the last notice asked for, in the numbers the catalogue names."""
    case = situation.case
    asked = case.supplements[-1] if case is not None and case.supplements else frozenset()
    late = _too_late(situation, event)
    if late:
        return late
    brought = {row.material_id: row for row in map(handed_in_from_mapping, rows_of(event, "materials"))}
    named = {row.material_id: row for row in situation.item.materials} if situation.item is not None else {}
    lacking = [one for one in sorted(asked) if not _is_brought(brought.get(one), named.get(one))]
    if not lacking:
        return ()
    return (Reason("supplement-missing", f"还有 {len(lacking)} 项补正材料未收齐。", "materials"),)


def _too_late(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """After the case was closed for want of materials only those are taken that came before the deadline: a station
    without network took them in time, and its applicant shall not suffer for the road.
    """
    case = situation.case
    if case is None or case.state is not State.SUPPLEMENT_LAPSED:
        return ()
    deadline = str(case.fact("request_supplement", "deadline"))
    if deadline and event.at.date() <= date.fromisoformat(deadline):
        return ()
    return (Reason("lapsed", "补正期限已过，办件已按补正不来办结；请申请人重新申请。", "materials"),)


def _is_brought(row: HandedIn | None, material: Material | None) -> bool:
    """A material the catalogue asks no count of, or does not know, must at least be there."""
    if row is None or not (row.originals or row.copies or row.attachments):
        return False
    return material is None or _is_enough(row, material)


def _is_promised(row: HandedIn, material: Material, item: ServiceItem) -> bool:
    """告知承诺 (SEED 004): what the catalogue lets be promised in writing may follow by the promised day."""
    return bool(row.promised_by) and item.promise_allowed and material.promisable


LONGEST_PROMISE = timedelta(days=60)
"""How long a promised material may be awaited; a term of ours."""


def promises_are_allowed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A promise stands for a material only where the catalogue allows it, and names a day ahead."""
    application, item = application_in(event), situation.item
    if application is None or item is None:
        return ()
    named = {material.material_id: material for material in item.materials}
    faults = (_promise_fault(row, named.get(row.material_id), item, event) for row in application.materials)
    return tuple(fault for fault in faults if fault is not None)


def _promise_fault(
    row: HandedIn, material: Material | None, item: ServiceItem, event: CaseEvent
) -> Reason | None:
    if not row.promised_by:
        return None
    field = f"material:{row.material_id}"
    if material is None or not _is_promised(row, material, item):
        return Reason("no-promise", f"“{row.name}”不能以承诺代替，须提交材料。", field)
    if date.fromisoformat(row.promised_by) <= event.at.date():
        return Reason("past-promise", f"“{row.name}”的承诺补交日期应晚于今天。", field)
    if date.fromisoformat(row.promised_by) - event.at.date() > LONGEST_PROMISE:
        return Reason("far-promise", f"“{row.name}”最迟应在 {LONGEST_PROMISE.days} 天内补交。", field)
    return None


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
        if row is not None and (_is_enough(row, material) or _is_promised(row, material, item)):
            continue
        wanted = f"应收{_in_words(material.originals, material.copies)}"
        problem = "未提交" if row is None else f"已收{_in_words(row.originals, row.copies)}"
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


def _in_words(originals: int, copies: int) -> str:
    """Say how many there are of what; what is none of is not named beside what is some of."""
    counts = ((originals, "原件"), (copies, "复印件"))
    return "、".join(f"{what} {count} 份" for count, what in counts if count) or "0 份"


def missing_is_named(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A notice names at least one missing material, each with what is wrong and what is wanted."""
    rows = rows_of(event, "missing")
    named = [row for row in rows if row.get("material_id") and row.get("name") and row.get("standard")]
    if not named or len(named) != len(rows):
        return (Reason("nothing-missing", "一次性告知须逐项写明缺少的材料和应达到的标准。", "missing"),)
    return ()


def missing_is_asked_for(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What is told at intake is a material of the item (许可法 31: no others may be demanded) that is not there in
    full, or has a fault the notice describes.
    """
    application, item = application_in(event), situation.item
    if application is None or item is None:
        return ()
    lacking = {row["material_id"] for row in missing_materials(item, application)}
    demanded = {row.material_id: row.name for row in item.materials if not row.shared}
    faults = (_demand_fault(row, demanded, lacking) for row in rows_of(event, "missing"))
    return tuple(Reason("not-missing", fault, "missing") for fault in faults if fault)


def _demand_fault(row: Mapping[str, str], demanded: Mapping[str, str], lacking: Collection[str]) -> str:
    name, material_id = row.get("name", ""), row.get("material_id", "")
    if demanded.get(material_id) != name:
        return f"“{name}”不在该事项的材料目录中，不得要求提交。"
    if material_id in lacking or str(row.get("problem", "")).strip():
        return ""
    return f"“{name}”已收齐；如不合格，请写明问题。"


def nothing_shared_is_demanded(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What can be had by sharing data is never demanded of the applicant (可共享获取, SEED 004; 许可法 31)."""
    item = situation.item
    shared = [row for row in item.materials if row.shared] if item is not None else []
    known = {text for row in shared for text in (row.material_id, row.name)}
    named = [
        str(row.get("name"))
        for row in rows_of(event, "missing")
        if {row.get("material_id"), row.get("name")} & known
    ]
    if not named:
        return ()
    return (Reason("shared", f"“{'、'.join(named)}”可通过数据共享获取，不得要求申请人提交。", "missing"),)


def missing_is_of_the_item(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Only materials of the item are asked for (许可法 31): under their own names, so that nothing is asked twice."""
    item = situation.item
    if item is None:
        return ()
    known = {(row.material_id, row.name) for row in item.materials}
    strange = [
        str(row.get("name"))
        for row in rows_of(event, "missing")
        if (row.get("material_id"), row.get("name")) not in known
    ]
    if not strange:
        return ()
    text = f"“{'、'.join(strange)}”不在该事项的材料目录中，不得要求提交。"
    return (Reason("not-of-item", text, "missing"),)


def grounds_are_new(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """一次性告知 (许可法 32(4)): what the accepting authority asked for once it does not ask a second time.

    What the station below told at intake was no notice of the authority; what the authority told at its own counter
    was one.
    """
    case = situation.case
    earlier: frozenset[str] = frozenset().union(*case.supplements) if case is not None else frozenset()
    again = [str(row.get("name")) for row in rows_of(event, "missing") if row.get("material_id") in earlier]
    if again and case is not None and _authority_told(case, event.hand.desk_id):
        return (
            Reason(
                "told-twice", f"已就“{'、'.join(again)}”告知过一次，不得再次以同一理由要求补正。", "missing"
            ),
        )
    return ()


def _authority_told(case: Case, desk_id: str) -> bool:
    at_intake = case.by("note_missing")
    own = at_intake is not None and at_intake.desk_id == desk_id
    return own or case.when("request_supplement") is not None


def deadline_is_ahead(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The day by which the applicant brings what is missing lies ahead of the notice."""
    deadline = text_of(event, "deadline")
    if deadline and date.fromisoformat(deadline) <= event.at.date():
        return (Reason("past-deadline", "补正期限应晚于今天。", "deadline"),)
    return ()


def goes_to_origin(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A case that lacks materials goes back to where the applicant is."""
    origin = situation.case.origin if situation.case else ""
    if event.facts.get("to_desk") != origin:
        return (Reason("wrong-desk", "补正应退回收件站点。", "to_desk"),)
    return ()
