"""联合踏勘记录: one trip in one vehicle, one record, signed by every department that was there (一车制)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, FieldGrid, Gap, Paragraph, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import long_date, short_time
from stationapp.documents.paper import Paper

ABSENCE_RULE = (
    "本事项已列为缺席默认事项：经通知并确认，无正当理由不参加踏勘、又不委托他人参加的，视为同意参加部门的一致意见，"
    "另出具缺席默认记录。"
)
NO_ABSENCE_RULE = "本事项不适用缺席默认；缺席部门的意见由牵头单位另行书面征求。"
_SUBTITLE = Style(size=10.5, bold=True, leading=1.5)
_TEXT = Style(size=10.5, leading=1.6, justify=True)


@dataclass(frozen=True, slots=True)
class VisitingDepartment:
    """One department's row.

    `department`; `called_at` and `acknowledged_at`: when it was told and when it confirmed, None if not;
    `attended_by`: who came; `signed_at`: when the record was signed at a desk, None where the signature is
    still to be written by hand; `absence`: what is said of an absence (请假, 无故缺席). Without either
    `attended_by` or `absence` both cells stay open for handwriting.
    """

    department: str
    called_at: datetime | None
    acknowledged_at: datetime | None
    attended_by: str = ""
    signed_at: datetime | None = None
    absence: str = ""


@dataclass(frozen=True, slots=True)
class SiteVisitRecord:
    """Data of the record of a joint site visit.

    `lead_organ`, `document_number`; `case_number`, `receipt_number`, `item_name`, `applicant`,
    `applicant_phone`: the case; `visit_on`: the one appointment; `site`: what is looked at; `meet_at`: when
    and where all meet; `vehicle`; `departments`: a VisitingDepartment for each that was called, the lead
    included if it went; `findings`: paragraphs; `conclusion`; `absence_counts`: whether the item is flagged
    for default on absence; `recorded_by`.
    """

    lead_organ: str
    document_number: str
    case_number: str
    receipt_number: str
    item_name: str
    applicant: str
    applicant_phone: str
    visit_on: date
    site: str
    meet_at: str
    vehicle: str
    departments: tuple[VisitingDepartment, ...]
    findings: tuple[str, ...]
    recorded_by: str
    conclusion: str = ""
    absence_counts: bool = False


def compose(data: SiteVisitRecord) -> Composition:
    """Lay the record out: the appointment, who was called and came, what was found, the signatures."""
    return Composition(
        title="联合踏勘记录",
        number_label="编号",
        number=data.document_number,
        organ=data.lead_organ,
        parts=(Part("踏勘记录（牵头单位留存，复印送各部门）", _body(data)),),
    )


def _body(data: SiteVisitRecord) -> tuple[Block, ...]:
    return (
        FieldGrid(_fields(data), size=9.5, row_height=17.0),
        Gap(5),
        Table(_COLUMNS, _rows(data), row_height=26.0, total=_total(data), heading="一、通知、到场和签认"),
        Statement("缺席处理", ABSENCE_RULE if data.absence_counts else NO_ABSENCE_RULE),
        Gap(5),
        *_findings(data),
        Gap(5),
        Together(
            (
                Paragraph("三、踏勘结论", _SUBTITLE),
                Statement("结　　论", data.conclusion or "\n\n"),
                *_end(data),
            )
        ),
    )


def _findings(data: SiteVisitRecord) -> tuple[Block, ...]:
    """Leave a box to write in where nothing is found yet."""
    heading = Paragraph("二、踏勘情况", _SUBTITLE)
    if not data.findings:
        return (Together((heading, Statement("情　　况", "\n" * 7))),)
    first, *rest = (Paragraph(f"　　{finding}", _TEXT) for finding in data.findings)
    return (Together((heading, first)), *(Together((paragraph,)) for paragraph in rest))


def _fields(data: SiteVisitRecord) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("申请人", data.applicant), Field("联系电话", data.applicant_phone)),
        (Field("申请事项", data.item_name),),
        (Field("办件编号", data.case_number), Field("收件号", data.receipt_number)),
        (Field("踏勘日期", long_date(data.visit_on), bold=True), Field("统一乘车", data.vehicle)),
        (Field("集合", data.meet_at, bold=True),),
        (Field("踏勘地点", data.site),),
    )


_COLUMNS = (
    Column("序号", 28, "center"),
    Column("部门", 108),
    Column("通知时间", 74, "center"),
    Column("确认时间", 74, "center"),
    Column("到场人员", 84, "center"),
    Column("签认", 118, "center"),
)


def _rows(data: SiteVisitRecord) -> tuple[tuple[str, ...], ...]:
    return tuple(_row(number, row) for number, row in enumerate(data.departments, start=1))


def _row(number: int, row: VisitingDepartment) -> tuple[str, ...]:
    return (
        str(number),
        row.department,
        short_time(row.called_at) if row.called_at else "未通知",
        short_time(row.acknowledged_at) if row.acknowledged_at else "未确认",
        row.attended_by or ("缺席" if row.absence else ""),
        _signature(row),
    )


def _signature(row: VisitingDepartment) -> str:
    """Leave the cell empty for a hand that has not yet signed at its desk."""
    if row.absence:
        return row.absence
    return f"已在系统签认\n{row.signed_at:%Y-%m-%d %H:%M}" if row.signed_at else ""


def _total(data: SiteVisitRecord) -> str:
    came = sum(1 for row in data.departments if row.attended_by)
    absent = [row.department for row in data.departments if row.absence]
    tail = f"，缺席{len(absent)}个：{'、'.join(absent)}" if absent else ""
    return f"通知{len(data.departments)}个部门，到场{came}个{tail}。"


def _end(data: SiteVisitRecord) -> tuple[Block, ...]:
    first = (Signature("记录人", data.recorded_by), Signature("申请人（签名）"), Signature("日期", share=0.8))
    second = (Signature("牵头单位（签名）"), Signature("见证人（签名）"), Signature("日期", share=0.8))
    return (Gap(4), SignatureRow(first), SignatureRow(second))


def _sample_departments() -> tuple[VisitingDepartment, ...]:
    return (
        VisitingDepartment(
            people.LAND_OFFICE,
            people.at(11, 24, 9, 10),
            people.at(11, 24, 10, 2),
            people.CLERK,
            people.at(11, 26, 16, 40),
        ),
        VisitingDepartment(
            people.FOREST_OFFICE,
            people.at(11, 24, 9, 10),
            people.at(11, 24, 14, 30),
            people.SECOND_OFFICER,
        ),
        VisitingDepartment(
            people.FARM_OFFICE,
            people.at(11, 24, 9, 10),
            people.at(11, 25, 8, 55),
            absence="无故缺席",
        ),
    )


def sample() -> SiteVisitRecord:
    """Return a record of three departments; one signed at its desk, one by hand, one was absent."""
    return SiteVisitRecord(
        lead_organ=people.APPROVAL_OFFICE,
        document_number=people.document_number("游审勘", 12),
        case_number=people.CASE_NUMBER,
        receipt_number=people.RECEIPT_NUMBER,
        item_name=people.BUILDING_ITEM,
        applicant=people.ZHONG.name,
        applicant_phone=people.ZHONG.phone,
        visit_on=date(2026, 11, 26),
        site="魏城镇红岩村三组，申请人原宅基地东侧空闲地",
        meet_at="上午8时30分，区政务服务中心东门停车场",
        vehicle="政务服务中心公务用车，13座",
        departments=_sample_departments(),
        findings=(
            "申请地块南北长12米、东西宽10米，现状为空闲地，无地上附着物；东侧距林缘8米，南侧距村道6米。",
            "四至经申请人和相邻户到场指认，无争议。",
        ),
        conclusion="地块可以建设；东侧边线内收2米，避开林地。",
        absence_counts=True,
        recorded_by=people.OFFICER,
    )


def sample_long() -> SiteVisitRecord:
    """Return a record of fourteen departments and long findings."""
    usual = sample().departments
    departments = tuple(
        replace(usual[number % 3], department=f"绵阳市游仙区第{number}联合审查组（水利、交通运输、文物保护）")
        for number in range(1, 15)
    )
    finding = (
        "以村道中线为基准，用皮尺量得第{}测点距路肩6.4米，标高较路面高0.3米，排水沟走向与图纸一致，"
        "无架空线路跨越，相邻住宅外墙间距不小于规定数值，现场照片编号已写入附表。"
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        item_name=f"{people.BUILDING_ITEM}——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        departments=departments,
        findings=tuple(finding.format(number) for number in range(1, 16)),
    )


def sample_sparse() -> SiteVisitRecord:
    """Return a record to be filled in by hand: one department, told but not yet heard from."""
    return replace(
        sample(),
        case_number="",
        applicant_phone="",
        site="",
        vehicle="",
        departments=(VisitingDepartment(people.FOREST_OFFICE, None, None),),
        findings=(),
        conclusion="",
        absence_counts=False,
        recorded_by="",
    )


PAPER = Paper(
    name="site_visit_record",
    title="联合踏勘记录",
    data_class=SiteVisitRecord,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("踏勘记录",),
    basis=(
        "行政许可法第三十四条第三款（两名以上工作人员核查）",
        "联合踏勘“一车制”：一次约定、一车前往、一份记录",
    ),
)
