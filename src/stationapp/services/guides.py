"""办事指南 and 公示单 of an item, printed from the catalogue in force at this station."""

from __future__ import annotations

from typing import Any

from stationapp.domain.catalogue import ServiceItem, describe_window
from stationapp.domain.catalogue_elements import ELEMENTS
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.rules.levels import LEVELS
from stationapp.services.catalogue import HANDLING_TITLES, plain_note
from stationapp.services.papers import RenderedPaper
from stationapp.services.workplace import Workplace

STAGE_TITLES = {
    "handover": "报送",
    "examination": "初审",
    "acceptance": "受理",
    "review": "审查",
    "check": "审核",
    "decision": "决定",
    "joint_opinion": "联办意见",
    "result": "制证",
    "service": "送达",
}
ITEM_TYPES = {
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他类别",
    "20": "公共服务",
}
"""GB/T 39046-2020 table A.1."""

_WEEKDAYS = "一二三四五六日"
_KEEPERS = {"applicant": "核验后退还", "station": "收存"}
# What the guide has places of its own for.
_PLACED = frozenset(
    {
        "place",
        "hours",
        "enquiries",
        "enquiry_phone",
        "complaint_phone",
        "questions",
        "sample_text",
        "common_errors",
        "remedies",
    }
)


def render_guide(workplace: Workplace, item: ServiceItem, *, scale: float = 1.0) -> RenderedPaper:
    """Return the guide of an item as PDF; what the catalogue is silent about is left out."""
    return _rendered(workplace, "item_guide", "办事指南", item, _guide(workplace, item), scale)


def render_publicity_sheet(workplace: Workplace, item: ServiceItem, *, scale: float = 1.0) -> RenderedPaper:
    """Return the poster of an item as PDF; raises Refused when one of the six publics (六个公开) is missing."""
    if not item.is_complete:
        raise Refused(Reason("item-incomplete", f"“{item.name}”的公开要素不全，不能张贴公示。", "item"))
    return _rendered(workplace, "publicity_sheet", "公示单", item, _poster(workplace, item), scale)


def _rendered(
    workplace: Workplace, name: str, title: str, item: ServiceItem, data: Any, scale: float
) -> RenderedPaper:
    from stationapp.documents.registry import render

    number = f"{item.code}-v{item.version}"
    now, who = workplace.now(), workplace.person.name
    pdf = render(name, data, copy=1, scale=scale, printed_at=now, printed_by=who)
    return RenderedPaper(name, title, number, "", pdf, 1, f"{number}:{now.isoformat()}")


# What the guide says in the catalogue's own words, under the same names.
_OF_ITEM = (
    "name",
    "code",
    "version",
    "effective_from",
    "content",
    "basis",
    "conditions",
    "procedure",
    "fee",
    "service_objects",
    "result_name",
    "not_needed_when",
)
_OF_ELEMENTS = ("enquiries", "questions", "sample_text", "common_errors", "remedies")


def _guide(workplace: Workplace, item: ServiceItem) -> Any:
    from stationapp.documents.forms.item_guide import ItemGuide

    return ItemGuide(
        **{name: getattr(item, name) for name in _OF_ITEM},
        **{name: getattr(item.elements, name) for name in _OF_ELEMENTS},
        **_where(workplace, item),
        organ=workplace.organisation.county_window().organ,
        department=item.department_name,
        co_departments=_co_departments(workplace, item),
        handling_kind=HANDLING_TITLES[item.handling],
        item_type=ITEM_TYPES.get(item.item_type, ""),
        decides_at=LEVELS[item.decides_at],
        must_appear=item.applicant_must_appear,
        statutory_limit=item.statutory_limit.text if item.statutory_limit else "",
        promised_limit=item.promised_limit.text if item.promised_limit else "",
        statutory_note=plain_note(item.statutory_note),
        promised_note=plain_note(item.promised_note),
        excluded=(f"公示 {item.publicity_days} 天",) if item.publicity_days else (),
        window=describe_window(item.window) if item.window else "",
        service_days="、".join(f"周{_WEEKDAYS[day - 1]}" for day in item.service_days),
        materials=_materials(item),
        steps=_steps(item),
        elements=_elements(item),
    )


def _where(workplace: Workplace, item: ServiceItem) -> dict[str, Any]:
    """Where, when and whom to ask: as the catalogue says, else at this desk."""
    more, desk = item.elements, workplace.desk
    return {
        "place": more.place or desk.name,
        "hours": more.hours or desk.opening_hours,
        "enquiry_phone": more.enquiry_phone or desk.phone,
        "complaint_phone": more.complaint_phone or desk.complaint_phone,
    }


def _elements(item: ServiceItem) -> tuple[Any, ...]:
    from stationapp.documents.forms.item_guide import GuideElement

    texts = ((label, getattr(item.elements, name)) for name, label in ELEMENTS.items() if name not in _PLACED)
    return tuple(GuideElement(label, text) for label, text in texts if text)


def _materials(item: ServiceItem) -> tuple[Any, ...]:
    from stationapp.documents.forms.item_guide import GuideMaterial

    return tuple(
        GuideMaterial(
            name=row.name,
            originals=row.originals,
            copies=row.copies,
            required=row.required,
            shared=row.shared,
            promisable=row.promisable,
            kept_by=_KEEPERS.get(str(row.keeper), "") if row.originals else "",
            issuer=row.issuer,
            issue_requirement=row.issue_requirement,
            usage=row.usage,
            basis=row.basis,
            note=row.note,
        )
        for row in item.materials
    )


def _steps(item: ServiceItem) -> tuple[Any, ...]:
    from stationapp.documents.forms.item_guide import GuideStep

    return tuple(GuideStep(STAGE_TITLES[row.stage], "", row.limit.text) for row in item.stage_limits)


def _co_departments(workplace: Workplace, item: ServiceItem) -> tuple[str, ...]:
    found = (workplace.organisation.department_desk(name) for name in item.co_departments)
    return tuple(desk.name for desk in found if desk is not None)


def _poster(workplace: Workplace, item: ServiceItem) -> Any:
    from stationapp.documents.forms.publicity_sheet import PublicitySheet

    limits = (("法定", item.statutory_limit), ("承诺", item.promised_limit))
    return PublicitySheet(
        department=item.department_name,
        item_name=item.name,
        item_code=item.code,
        version=item.version,
        effective_from=item.effective_from,
        content=item.content,
        basis=item.basis,
        procedure=item.procedure,
        conditions=item.conditions,
        limits="；".join(f"{title}时限 {limit.text}" for title, limit in limits if limit),
        fee=item.fee,
        materials=tuple(row.name for row in item.materials if not row.shared),
        **_where(workplace, item),
    )
