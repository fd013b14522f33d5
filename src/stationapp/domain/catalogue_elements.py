"""The elements of an item that GB/T 39046-2020 table 4 names and no rule of ours reads: all of them text.

`ELEMENTS` gives each its Chinese name, in the order of the standard's table, for guides and workbooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class ItemElements:
    """What else is public about an item; an empty text means that nobody has filled it in.

    Codes are those of annex A: `exercise_level` A.2, `organ_nature` A.3, `channels` A.5. Yes and no are 是 and
    否. The last four are no part of the standard: SEED 004 asks for sample texts and common errors (公共服务清单),
    行政许可法 art. 38 for remedies, SEED 003 for the list of powers (三单) an item belongs to.
    """

    base_code: str = ""
    power_division: str = ""
    exercise_level: str = ""
    exercise_content: str = ""
    organ: str = ""
    organ_code: str = ""
    organ_nature: str = ""
    undertaking_office: str = ""
    intermediary: str = ""
    quantity_limit: str = ""
    result_sample: str = ""
    charges: str = ""
    fee_basis: str = ""
    reach: str = ""
    theme: str = ""
    channels: str = ""
    special_procedure: str = ""
    jurisdiction: str = ""
    appointment: str = ""
    online_payment: str = ""
    courier: str = ""
    online: str = ""
    place: str = ""
    hours: str = ""
    enquiries: str = ""
    enquiry_phone: str = ""
    complaint_phone: str = ""
    questions: str = ""
    sample_text: str = ""
    common_errors: str = ""
    remedies: str = ""
    power_list: str = ""


NO_ELEMENTS: Final = ItemElements()

ELEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "base_code": "基本编码",
        "power_division": "权限划分",
        "exercise_level": "行使层级代码",
        "exercise_content": "行使内容",
        "organ": "实施主体",
        "organ_code": "实施主体代码",
        "organ_nature": "实施主体性质代码",
        "undertaking_office": "承办机构",
        "intermediary": "中介服务",
        "quantity_limit": "数量限制",
        "result_sample": "结果样本",
        "charges": "是否收费",
        "fee_basis": "收费依据",
        "reach": "通办范围",
        "theme": "服务主题",
        "channels": "办理形式代码",
        "special_procedure": "特别程序说明",
        "jurisdiction": "行政管辖",
        "appointment": "是否支持预约",
        "online_payment": "是否支持网上支付",
        "courier": "是否支持物流快递",
        "online": "是否网办",
        "place": "办理地点",
        "hours": "办理时间",
        "enquiries": "咨询方式",
        "enquiry_phone": "咨询电话",
        "complaint_phone": "监督电话",
        "questions": "常见问题",
        "sample_text": "示范文本",
        "common_errors": "常见错误",
        "remedies": "救济途径",
        "power_list": "三单归属",
    }
)


def filled(elements: ItemElements) -> tuple[tuple[str, str], ...]:
    """Return the Chinese name and the text of every element that somebody filled in, in the table's order."""
    return tuple((label, text) for name, label in ELEMENTS.items() if (text := getattr(elements, name)))


def elements_to_mapping(elements: ItemElements) -> dict[str, str]:
    """Return the elements that are filled in; most items of a station's catalogue have few."""
    return {field.name: text for field in fields(elements) if (text := getattr(elements, field.name))}


def elements_from_mapping(data: Mapping[str, str]) -> ItemElements:
    """Read what `elements_to_mapping` wrote. Raises TypeError for an unknown element, ValueError for no text."""
    if wrong := sorted(name for name, text in data.items() if not isinstance(text, str)):
        raise ValueError(f"elements of an item are text: {wrong}")
    return ItemElements(**data)
