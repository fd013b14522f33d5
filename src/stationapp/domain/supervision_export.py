"""A finding as a row of GB/T 39046-2020 table 11 (电子监察)."""

from __future__ import annotations

from datetime import datetime

from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.findings import StandingFinding
from stationapp.domain.logged_acts import CHINA
from stationapp.domain.organisation import DeskKind, Organisation

TABLE_11 = (
    "办件编号",
    "督办内容",
    "被督办机构",
    "事项类型代码",
    "督办发出时间",
    "监察编号",
    "监察规则编号",
    "监察预警类型代码",
    "状态产生时间",
    "监察结果描述",
    "责任部门",
)


def to_table_11(
    row: StandingFinding, case_number: str, item: ServiceItem, organisation: Organisation, issued_at: datetime
) -> dict[str, str]:
    """Return the eleven fields of a finding; times are `YYYYMMDDThhmmss` in China.

    `case_number` is the receipt number of a case that has no case number yet; `issued_at`, with its offset, is when
    the finding was sent out. A revoked card is exported as normal, with the reason.
    """
    finding = row.finding
    desk = organisation.desk(finding.desk_id)
    organ = (desk.organ or desk.name) if desk is not None else finding.desk_id
    is_department = desk is not None and desk.kind is DeskKind.DEPARTMENT
    values = (
        case_number,
        finding.sentence,
        organ,
        item.item_type,
        issued_at.astimezone(CHINA).strftime("%Y%m%dT%H%M%S"),
        finding.finding_id,
        finding.rule,
        str(row.grade),
        finding.day.strftime("%Y%m%dT000000"),
        f"{finding.kind.label}·{finding.grade.label}：{finding.title}{_outcome(row)}",
        desk.name if desk is not None and is_department else item.department_name,
    )
    return dict(zip(TABLE_11, values, strict=True))


def _outcome(row: StandingFinding) -> str:
    return "" if row.appeal is None else f"（申诉后{row.appeal.outcome.label}：{row.appeal.reason}）"
