"""The code lists of the national exchange tables, each with where it comes from and how sure that is.

Evidence: STD the list stands in a standard that was read (GB/T 39046-2020, annex A); CODE several unrelated
government systems use it; MEM nobody could show the list: these are this program's own values, and a county
gives the right ones as overrides before it connects (`code_book`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stationapp.domain.refusal import Reason, Refused


class Evidence(StrEnum):
    """How a code list is known."""

    STANDARD = "STD"
    SEEN_IN_SYSTEMS = "CODE"
    OWN_DEFAULT = "MEM"


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list: our key to the exchanged code, and the code's Chinese name."""

    key: str
    title: str
    source: str
    evidence: Evidence
    codes: Mapping[str, str]
    names: Mapping[str, str]

    def code(self, key: str) -> str:
        """Return the exchanged code of our key, empty for one the list lacks."""
        return self.codes.get(key, "")


@dataclass(frozen=True, slots=True)
class CodeBook:
    """All lists by their keys."""

    lists: Mapping[str, CodeList]

    def code(self, list_key: str, key: str) -> str:
        """Return the exchanged code of our key in a list; raises KeyError for an unknown list."""
        return self.lists[list_key].code(key)


def _list(
    key: str, title: str, source: str, evidence: Evidence, rows: tuple[tuple[str, str, str], ...]
) -> CodeList:
    codes = {ours: code for ours, code, _ in rows}
    return CodeList(key, title, source, evidence, codes, {code: name for _, code, name in rows})


_A = "GB/T 39046—2020 附录A"
_LISTS = (
    _list(
        "project_type",
        "办件类型",
        f"{_A} 表A.6；联办件按承诺件、上报件按其他报送",
        Evidence.STANDARD,
        (
            ("immediate", "1", "即办件"),
            ("committed", "2", "承诺件"),
            ("joint", "2", "承诺件"),
            ("forwarded", "9", "其他"),
        ),
    ),
    _list(
        "level",
        "行使层级",
        f"{_A} 表A.2",
        Evidence.STANDARD,
        (("4", "4", "县级"), ("5", "5", "镇（乡、街道）级"), ("6", "6", "村（社区）级")),
    ),
    _list(
        "satisfaction",
        "满意度",
        f"{_A} 表A.8",
        Evidence.STANDARD,
        (
            ("1", "1", "非常满意"),
            ("2", "2", "满意"),
            ("3", "3", "基本满意"),
            ("4", "4", "不满意"),
            ("5", "5", "非常不满意"),
        ),
    ),
    _list(
        "special_type",
        "特别程序种类",
        f"{_A} 表A.7",
        Evidence.STANDARD,
        (("extension", "1", "延长审批"), ("other", "2", "除延长审批之外的特别程序")),
    ),
    _list(
        "applyer_type",
        "申请人类型",
        f"{_A} 表A.4",
        Evidence.STANDARD,
        (
            ("person", "1", "自然人"),
            ("enterprise", "2", "企业法人"),
            ("institution", "3", "事业法人"),
            ("social", "4", "社会组织法人"),
            ("administration", "5", "行政机关"),
            ("other", "6", "其他组织"),
        ),
    ),
    _list(
        "apply_type",
        "申请类型（申报来源）",
        f"{_A} 表A.5 办理形式的数值；国家库本列的取值未见公开",
        Evidence.OWN_DEFAULT,
        (
            ("window", "1", "窗口"),
            ("web", "2", "电脑端网上"),
            ("mobile", "3", "移动端"),
            ("post", "4", "快递"),
        ),
    ),
    _list(
        "document_kind",
        "证件类型",
        "GA/T 2000.156：111 见于多个系统，其余未核对；港澳台居民居住证代码未查到，暂按其他证件",
        Evidence.OWN_DEFAULT,
        (
            ("resident_id", "111", "居民身份证"),
            ("temporary_resident_id", "112", "临时居民身份证"),
            ("household_register", "113", "户口簿"),
            ("passport", "414", "普通护照"),
            ("taiwan_travel_permit", "511", "台湾居民来往大陆通行证"),
            ("mainland_travel_permit", "516", "港澳居民来往内地通行证"),
            ("permanent_residence_2017", "553", "外国人永久居留身份证"),
            ("permanent_residence_2023", "553", "外国人永久居留身份证"),
            ("hk_macao_taiwan_residence", "990", "其他证件"),
            ("other", "990", "其他证件"),
        ),
    ),
    _list(
        "event_name",
        "业务动作",
        "GB/T 39046—2020 表7 列有通过、退回、其他三种；数值未见公开，按所列次序",
        Evidence.OWN_DEFAULT,
        (("pass", "1", "通过"), ("back", "2", "退回"), ("other", "3", "其他")),
    ),
    _list(
        "result_type",
        "办结结果",
        "多个互不相关的政务系统使用同一编号；国家库本列的取值未见公开",
        Evidence.SEEN_IN_SYSTEMS,
        (
            ("0", "0", "出证办结"),
            ("1", "1", "退回办结"),
            ("2", "2", "作废办结"),
            ("3", "3", "删除办结"),
            ("4", "4", "转报办结"),
            ("5", "5", "补正不来办结"),
            ("6", "6", "办结"),
        ),
    ),
    _list(
        "case_status",
        "办件状态",
        "政务系统实际使用的编号",
        Evidence.SEEN_IN_SYSTEMS,
        (
            ("0", "0", "在办"),
            ("1", "1", "办结"),
            ("2", "2", "作废"),
            ("3", "3", "补交挂起"),
            ("4", "4", "特别程序"),
            ("5", "5", "暂存"),
            ("6", "6", "已归档"),
        ),
    ),
    _list(
        "get_type",
        "材料收取方式",
        "取值未见公开",
        Evidence.OWN_DEFAULT,
        (("paper", "1", "纸质收取"), ("both", "2", "纸质收取并附电子件"), ("file", "3", "电子上传")),
    ),
    _list(
        "yes_no",
        "是否",
        "取值未见公开",
        Evidence.OWN_DEFAULT,
        (("no", "0", "否"), ("yes", "1", "是")),
    ),
    _list(
        "cd_operation",
        "同步类型",
        "多个系统的国家库前置表",
        Evidence.SEEN_IN_SYSTEMS,
        (("I", "I", "新增"), ("U", "U", "修改"), ("D", "D", "删除")),
    ),
)

DEFAULT_CODES = CodeBook({row.key: row for row in _LISTS})
"""The lists as they are known today."""


def code_book(overrides: Mapping[str, Any]) -> CodeBook:
    """Return the book with a county's own codes: {list: {our key: code}}.

    Raises Refused for a list or a key that does not exist, or a code that is no text.
    """
    lists = dict(DEFAULT_CODES.lists)
    for key, codes in overrides.items():
        lists[key] = _overridden(key, codes)
    return CodeBook(lists)


def _overridden(key: str, codes: Any) -> CodeList:
    before = DEFAULT_CODES.lists.get(key)
    if before is None or not isinstance(codes, Mapping):
        raise Refused(Reason("unknown-code-list", f"没有名为“{key}”的代码表。", key))
    strange = [ours for ours, code in codes.items() if ours not in before.codes or not isinstance(code, str)]
    if strange:
        raise Refused(Reason("unknown-code", f"代码表“{key}”中没有“{strange[0]}”，或代码不是文字。", key))
    renamed = {codes.get(ours, code): before.names[code] for ours, code in before.codes.items()}
    source = f"本地指定；{before.source}"
    return CodeList(key, before.title, source, before.evidence, {**before.codes, **codes}, renamed)
