"""The columns of the workbook in which people edit the catalogue: names, headers, shapes of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from stationapp.domain.catalogue import HandlingKind, ItemStatus, Keeper, Stage
from stationapp.domain.catalogue_cells import (
    CODE,
    COUNT,
    DAY,
    LIMIT,
    LINES,
    NUMBER,
    OPTIONAL_DAY,
    OPTIONAL_LIMIT,
    TEXT,
    VERSION,
    WEEKDAYS,
    WINDOW,
    YES_NO,
    CellShape,
    choice,
    titled_lines,
)
from stationapp.domain.catalogue_elements import ELEMENTS
from stationapp.domain.catalogue_history import STATUS_TITLES
from stationapp.domain.item_form import FieldKind
from stationapp.domain.organisation import Level

ELEMENT: Final = "elements/"
"""What precedes the name of an element among an item's columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `width` is in characters. A sheet without one of the `needed` columns is not read."""

    name: str
    header: str
    shape: CellShape = TEXT
    width: int = 14
    needed: bool = False


STAGE_TITLES: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.HANDOVER: "报送",
        Stage.EXAMINATION: "初审",
        Stage.ACCEPTANCE: "受理",
        Stage.REVIEW: "审查",
        Stage.CHECK: "审核",
        Stage.DECISION: "决定",
        Stage.JOINT_OPINION: "联办意见",
        Stage.RESULT: "制证",
        Stage.SERVICE: "送达",
    }
)
PROCEDURE_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hearing": "听证",
        "tender": "招标",
        "auction": "拍卖",
        "inspection": "检验",
        "testing": "检测",
        "quarantine": "检疫",
        "appraisal": "鉴定",
        "expert_review": "专家评审",
    }
)
"""Special procedures of 行政许可法 art. 45, which the limits do not count."""

HANDLING_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        HandlingKind.IMMEDIATE: "即办件",
        HandlingKind.COMMITTED: "承诺件",
        HandlingKind.JOINT: "联办件",
        HandlingKind.FORWARDED: "上报件",
    }
)
_TYPES = {
    "01": "01 行政许可",
    "02": "02 行政处罚",
    "03": "03 行政强制",
    "04": "04 行政征收",
    "05": "05 行政给付",
    "06": "06 行政检查",
    "07": "07 行政确认",
    "08": "08 行政奖励",
    "09": "09 行政裁决",
    "10": "10 其他类别",
    "20": "20 公共服务",
}
_LEVELS = {Level.COUNTY: "县级", Level.TOWNSHIP: "乡镇级", Level.VILLAGE: "村级"}
_KEEPERS = {Keeper.APPLICANT: "核验后退还", Keeper.STATION: "收存"}
_KINDS = {
    FieldKind.TEXT: "文字",
    FieldKind.LONG_TEXT: "长文字",
    FieldKind.INTEGER: "整数",
    FieldKind.MONEY: "金额",
    FieldKind.DATE: "日期",
    FieldKind.BOOLEAN: "是否",
    FieldKind.CHOICE: "单选",
    FieldKind.CHOICES: "多选",
    FieldKind.PHONE: "电话",
    FieldKind.ID_NUMBER: "身份证号",
    FieldKind.TABLE: "表格",
}

_ITEM = (Column("code", "事项编码", CODE, 44, needed=True), Column("version", "版本", VERSION, 6))

ITEM_COLUMNS: Final = (
    *_ITEM,
    Column("name", "事项名称", TEXT, 30, needed=True),
    Column("item_type", "事项类型", choice(_TYPES, strict=False), 14, needed=True),
    Column("handling", "办件类型", choice(HANDLING_TITLES), 10, needed=True),
    Column("decides_at", "决定层级", choice(_LEVELS), 10, needed=True),
    Column("department", "承办部门代码", CODE, 12, needed=True),
    Column("department_name", "承办部门", TEXT, 20, needed=True),
    Column("status", "状态", choice(STATUS_TITLES, default=ItemStatus.IN_USE), 8, needed=True),
    Column("effective_from", "生效日期", DAY, 12, needed=True),
    Column("effective_to", "失效日期", OPTIONAL_DAY, 12),
    Column("co_departments", "联办部门代码", LINES, 14),
    Column("service_objects", "服务对象", LINES, 12),
    Column("content", "办理内容", TEXT, 40),
    Column("basis", "办理依据", TEXT, 40),
    Column("conditions", "受理条件", TEXT, 40),
    Column("procedure", "办理程序", TEXT, 40),
    Column("statutory_limit", "法定时限", OPTIONAL_LIMIT, 12),
    Column("statutory_note", "法定时限说明", TEXT, 20),
    Column("promised_limit", "承诺时限", OPTIONAL_LIMIT, 12),
    Column("promised_note", "承诺时限说明", TEXT, 20),
    Column("fee", "收费标准", TEXT, 16),
    Column("result_name", "结果名称", TEXT, 20),
    Column("materials_known", "材料已核定", YES_NO, 10),
    Column("applicant_must_appear", "须本人到场", YES_NO, 10),
    Column("publicity_days", "公示天数", COUNT, 8),
    Column("window", "受理期", WINDOW, 24),
    Column("service_days", "定时办理", WEEKDAYS, 14),
    Column("formal_check_only", "一审一核", YES_NO, 8),
    Column("promise_allowed", "可告知承诺", YES_NO, 10),
    Column("default_on_timeout", "超时默认", YES_NO, 8),
    Column("default_on_absence", "缺席默认", YES_NO, 8),
    Column("pays_money", "发放资金", YES_NO, 8),
    Column("decided_above_county", "上级机关决定", YES_NO, 12),
    Column("minimum_set", "底限性事项", YES_NO, 10),
    Column("special_procedures", "特别程序", titled_lines(PROCEDURE_TITLES), 12),
    Column("extension_days", "可延长天数", NUMBER, 10),
    Column("not_needed_when", "不需要许可的情形", TEXT, 30),
    *(Column(f"{ELEMENT}{name}", header, TEXT, 16) for name, header in ELEMENTS.items()),
    Column("demonstration", "演示事项", YES_NO, 8),
    Column("sources", "资料来源", LINES, 30),
    Column("gaps", "所缺要素", LINES, 30),
)
MATERIAL_COLUMNS: Final = (
    *_ITEM,
    Column("material_id", "材料编号", CODE, 16, needed=True),
    Column("name", "材料名称", TEXT, 30, needed=True),
    Column("originals", "原件份数", COUNT, 8, needed=True),
    Column("copies", "复印件份数", COUNT, 10, needed=True),
    Column("required", "必备", YES_NO, 6, needed=True),
    Column("shared", "可共享获取", YES_NO, 10),
    Column("issuer", "出具机构", TEXT, 20),
    Column("note", "说明", TEXT, 30),
    Column("keeper", "原件去向", choice(_KEEPERS, default=Keeper.STATION), 12),
    Column("material_key", "材料字典编号", CODE, 24),
    Column("promisable", "可承诺", YES_NO, 8),
    Column("issue_requirement", "出具时间要求", TEXT, 16),
    Column("usage", "使用说明", TEXT, 24),
    Column("basis", "要求依据", TEXT, 30),
)
FIELD_COLUMNS: Final = (
    *_ITEM,
    Column("name", "字段名", CODE, 18, needed=True),
    Column("title", "标题", TEXT, 20, needed=True),
    Column("kind", "类型", choice(_KINDS), 10, needed=True),
    Column("table", "所属表格", CODE, 14),
    Column("required", "必填", YES_NO, 6),
    Column("hint", "提示", TEXT, 30),
    Column("choices", "选项", LINES, 20),
    Column("message", "出错提示", TEXT, 30),
    Column("pattern", "格式要求", TEXT, 20),
    Column("min_length", "最少字数", NUMBER, 8),
    Column("max_length", "最多字数", NUMBER, 8),
    Column("minimum", "最小值", NUMBER, 8),
    Column("maximum", "最大值", NUMBER, 8),
    Column("min_items", "最少行数", NUMBER, 8),
    Column("max_items", "最多行数", NUMBER, 8),
)
STAGE_COLUMNS: Final = (
    *_ITEM,
    Column("stage", "环节", choice(STAGE_TITLES), 12, needed=True),
    Column("limit", "时限", LIMIT, 14, needed=True),
)
DICTIONARY_COLUMNS: Final = (
    Column("key", "材料字典编号", CODE, 24, needed=True),
    Column("name", "材料名称", TEXT, 30, needed=True),
    Column("aliases", "其他名称", LINES, 30),
    Column("issuer", "出具机构", TEXT, 20),
    Column("issue_requirement", "出具时间要求", TEXT, 16),
    Column("usage", "使用说明", TEXT, 24),
    Column("basis", "要求依据", TEXT, 30),
    Column("note", "说明", TEXT, 30),
    Column("valid_days", "可复用天数", COUNT, 10),
)
SHEETS: Final[Mapping[str, tuple[Column, ...]]] = MappingProxyType(
    {
        "事项": ITEM_COLUMNS,
        "材料": MATERIAL_COLUMNS,
        "表单字段": FIELD_COLUMNS,
        "环节时限": STAGE_COLUMNS,
        "材料字典": DICTIONARY_COLUMNS,
    }
)
"""The sheets in their order; all but the first may be absent."""
