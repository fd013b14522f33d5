"""The five national exchange tables of cases, column by column: name, length, whether required, Chinese title.

Names and lengths are those of the `up_pro_*` tables as several unrelated government systems have them; the columns a
platform adds for itself (id, tenant, version …) are not ours to fill. `ext` is this program's own sixth table: what
the five have no room for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Cell = str | int
Row = Mapping[str, Cell]
"""One row by column names; an empty text stands for NULL."""


class Shape(StrEnum):
    """What a cell holds."""

    TEXT = "text"  # longer text is cut
    CODE = "code"  # never cut: half a number is a wrong one
    MOMENT = "moment"  # YYYY-MM-DD HH:MM:SS
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `length` is in characters, 0 for moments, numbers and unlimited text."""

    name: str
    title: str
    length: int = 0
    required: bool = False
    shape: Shape = Shape.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One table with its columns in order."""

    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The Chinese titles of the columns."""
        return tuple(column.title for column in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def _text(name: str, title: str, length: int, required: bool = False) -> Column:
    return Column(name, title, length, required)


def _code(name: str, title: str, length: int, required: bool = False) -> Column:
    return Column(name, title, length, required, Shape.CODE)


def _moment(name: str, title: str, required: bool = True) -> Column:
    return Column(name, title, 0, required, Shape.MOMENT)


_KEYS = (_code("row_guid", "记录唯一标识", 50, True), _code("project_no", "办件编号", 50, True))
_SYNC = (
    _code("cd_operation", "同步类型", 2, True),
    _moment("cd_time", "同步时间"),
    _code("cd_batch", "批次号", 32, True),
    _code("data_source", "数据来源", 3, True),
)

ACCEPT = Table(
    "up_pro_accept",
    "办件受理信息",
    (
        *_KEYS,
        _code("catalog_code", "基本编码", 12, True),
        _code("local_catalog_code", "地方基本编码", 50),
        _code("task_code", "实施编码", 36, True),
        _code("local_task_code", "地方实施编码", 50),
        _code("task_handle_item", "业务办理项编码", 50),
        _text("task_name", "事项名称", 1000, True),
        Column("task_version", "事项版本", 0, True, Shape.NUMBER),
        _code("project_type", "办理类型", 2, True),
        _text("project_name", "办理摘要", 1000),
        _code("apply_type", "申请类型", 2, True),
        _code("applyer_type", "申请人类型", 2, True),
        _text("applyer_name", "申请人名称", 100, True),
        _code("applyer_page_type", "申请人证件类型", 70, True),
        _code("applyer_page_code", "申请人证件号码", 500, True),
        _text("contact_name", "联系人/代理人姓名", 100),
        _code("contact_type", "联系人/代理人证件类型", 6),
        _code("contact_code", "联系人/代理人证件号码", 50),
        _code("contact_mobile", "联系人手机号码", 11),
        _text("legal", "法定代表人", 100),
        _text("address", "通讯地址", 1000),
        _code("zip_code", "邮编", 6),
        _moment("apply_date", "申请时间"),
        _moment("accept_date", "受理时间"),
        _code("accept_doc_no", "受理文书编号", 50),
        _moment("promise_date", "承诺办结时间", required=False),
        _code("org_code", "受理部门编码", 64, True),
        _text("org_name", "受理部门", 100, True),
        _text("handle_user_name", "受理人员", 100),
        *_SYNC,
    ),
)
PROCESS = Table(
    "up_pro_process",
    "办件过程信息",
    (
        *_KEYS,
        _text("process_name", "办理环节名称", 1000, True),
        _code("event_name", "业务动作", 2, True),
        _text("handle_user_name", "环节处理人", 100, True),
        _text("handle_explain", "办理意见", 2000, True),
        _moment("event_start_time", "环节开始时间"),
        _moment("event_end_time", "环节结束时间"),
        _text("remark", "备注", 256),
        *_SYNC,
    ),
)
RESULT = Table(
    "up_pro_result",
    "办件结果信息",
    (
        *_KEYS,
        _code("result_type", "办结结果", 2, True),
        _moment("result_date", "办结时间"),
        _text("result_explain", "办件结果描述", 2000),
        _text("result_cetr_name", "结果证照名称", 256),
        _code("result_cetr_no", "结果证照编号", 2000),
        _code("is_delivery_results", "是否快递递送结果", 2, True),
        _code("satisfaction", "满意度", 2),
        _text("handle_user_name", "办理人", 100),
        _text("remark", "备注", 256),
        *_SYNC,
    ),
)
SPECIAL_PROCEDURE = Table(
    "up_pro_special_procedure",
    "特别程序信息",
    (
        *_KEYS,
        _code("special_type", "特别程序种类", 2, True),
        _text("special_name", "特别程序种类名称", 1000, True),
        _text("special_reason", "特别程序启动理由或依据", 2000, True),
        _moment("special_time", "特别程序开始时间"),
        _moment("end_time", "特别程序结束时间"),
        _text("result", "特别程序结果", 2000),
        _text("special_explain", "特别程序办理意见", 2000),
        _text("applyer_user_name", "申请人", 100),
        _text("handle_user", "办理人", 100),
        _text("remark", "备注", 1000),
        *_SYNC,
    ),
)
MATERIAL = Table(
    "up_pro_material",
    "材料目录信息",
    (
        *_KEYS,
        _text("material_name", "材料名称", 200, True),
        _code("get_type", "收取方式", 2, True),
        _code("get_num", "收取数量", 5),
        _text("material_attach_name", "附件名称", 200),
        _text("remark", "备注", 1000),
        *_SYNC,
    ),
)
EXT = Table(
    "ext",
    "本系统扩展信息",
    (
        *_KEYS,
        Column("place", "次序", 0, True, Shape.NUMBER),
        Column("record", "其余内容（JSON）", 0, True),
        *_SYNC,
    ),
)
TABLES = {table.name: table for table in (ACCEPT, PROCESS, RESULT, SPECIAL_PROCEDURE, MATERIAL, EXT)}


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell that could not be filled as the column wants it; `why` is a Chinese sentence."""

    table: str
    column: str
    row_guid: str
    project_no: str
    why: str


def fitted(table: Table, values: Mapping[str, Cell]) -> tuple[dict[str, Cell], tuple[Gap, ...]]:
    """Return a row with every column of the table, each as long as may be, and what was lost or is lacking.

    Raises KeyError for a value no column takes.
    """
    unknown = set(values) - set(table.names)
    if unknown:
        raise KeyError(f"{table.name} has no column {min(unknown)}")
    row: dict[str, Cell] = {}
    gaps: list[Gap] = []
    for column in table.columns:
        cell, why = _cell(column, values.get(column.name, ""))
        row[column.name] = cell
        if why:
            guid, number = str(values.get("row_guid", "")), str(values.get("project_no", ""))
            gaps.append(Gap(table.name, column.name, guid, number, why))
    return row, tuple(gaps)


def _cell(column: Column, value: Cell) -> tuple[Cell, str]:
    if value == "":
        return "", f"“{column.title}”没有内容，而对方要求必填。" if column.required else ""
    if not column.length or isinstance(value, int) or len(value) <= column.length:
        return value, ""
    if column.shape is Shape.CODE:
        return "", f"“{column.title}”超过{column.length}个字符，没有填写；全文见扩展信息。"
    return value[: column.length], f"“{column.title}”超过{column.length}个字符，已截短；全文见扩展信息。"
