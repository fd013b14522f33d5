"""一次性告知书（补正）: all that is missing, told once, with the standard each material has to meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Beside, Field, FieldGrid, Gap, Paragraph, Statement, Together
from stationapp.documents.layout.endings import SealPlace, Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import BLANK_DATE, long_date
from stationapp.documents.paper import Paper

BASIS = "《中华人民共和国行政许可法》第三十二条第一款第（四）项"


@dataclass(frozen=True, slots=True)
class Lack:
    """One material that is missing or defective: what is wrong and the standard it has to meet."""

    material: str
    fault: str
    standard: str


@dataclass(frozen=True, slots=True)
class SupplementNotice:
    """Data of a supplement notice; `deadline` is the day the clerk named, None for none."""

    organ: str
    document_number: str
    case_number: str
    receipt_number: str
    applicant: str
    item_name: str
    item_code: str
    received_on: date
    lacks: tuple[Lack, ...]
    deadline: date | None
    consequence: str
    submit_to: str
    handler: str
    handler_phone: str
    complaint_phone: str
    issued_on: date
    basis: str = BASIS
    remarks: str = ""


def compose(data: SupplementNotice) -> Composition:
    """Lay the notice out in two parts: the stub the applicant signs, and the notice he takes home."""
    return Composition(
        title="一次性告知书（补正）",
        number_label="文号",
        number=data.document_number,
        organ=data.organ,
        parts=(
            Part("存根联（发出机关留存，由申请人签收）", (*_body(data), *_stub_end(data))),
            Part("告知联（交申请人）", (*_body(data), *_notice_end(data))),
        ),
    )


def _body(data: SupplementNotice) -> tuple[Block, ...]:
    return (
        FieldGrid(_fields(data), size=9.5, row_height=17.0),
        Gap(3),
        Paragraph(_opening(data), Style(size=9.5, leading=1.4, justify=True)),
        Gap(3),
        Table(_COLUMNS, _rows(data.lacks)),
        Statement("补正要求", _demand(data)),
        Statement("逾期后果", data.consequence),
    )


def _fields(data: SupplementNotice) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("申请人", data.applicant), Field("收到材料", long_date(data.received_on))),
        (Field("申请事项", data.item_name),),
        (Field("事项编码", data.item_code),),
        (Field("办件编号", data.case_number), Field("收件号", data.receipt_number)),
    )


def _opening(data: SupplementNotice) -> str:
    return (
        f"　　{data.applicant}：你（单位）提交的上述申请，经审查，材料不齐全或者不符合法定形式。"
        f"根据{data.basis}的规定，现将需要补正的全部内容一次告知如下："
    )


_COLUMNS = (
    Column("序号", 32, "center"),
    Column("材料名称", 124),
    Column("存在的问题", 112),
    Column("应当达到的标准", 226),
)


def _rows(lacks: tuple[Lack, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(number), lack.material, lack.fault, lack.standard) for number, lack in enumerate(lacks, start=1)
    )


def _demand(data: SupplementNotice) -> str:
    last_day = long_date(data.deadline)
    until = f"请于{last_day}前" if last_day else "请尽快"
    remarks = f"\n备注：{data.remarks}" if data.remarks else ""
    return (
        f"{until}将上列材料一次补齐，交至：{data.submit_to}。上表以外的材料不需要提交。"
        f"补正所用时间不计入办理期限。{remarks}"
    )


def _contact(data: SupplementNotice) -> tuple[Block, ...]:
    return (
        Gap(2),
        SignatureRow((Signature("经办人", data.handler),)),
        SignatureRow((Signature("联系电话", data.handler_phone),)),
        SignatureRow((Signature("投诉电话", data.complaint_phone),)),
    )


def _stub_end(data: SupplementNotice) -> tuple[Block, ...]:
    return (
        Together(
            (
                SignatureRow((Signature("经办人", data.handler), Signature("联系电话", data.handler_phone))),
                SignatureRow(
                    (Signature("申请人（签收）", share=1.2), Signature("联系电话"), Signature("日期"))
                ),
            )
        ),
    )


def _notice_end(data: SupplementNotice) -> tuple[Block, ...]:
    return (Together((Beside(_contact(data), (Gap(4), _seal(data)), right_width=190),)),)


def _seal(data: SupplementNotice) -> SealPlace:
    return SealPlace(data.organ, long_date(data.issued_on) or BLANK_DATE, width=186, height=96)


def sample() -> SupplementNotice:
    """Return a usual notice."""
    return SupplementNotice(
        organ=people.COUNTY_OFFICE,
        document_number=people.document_number("游民补告", 17),
        case_number=people.CASE_NUMBER,
        receipt_number=people.RECEIPT_NUMBER,
        applicant=people.LI.name,
        item_name="困难残疾人生活补贴",
        item_code="512B0004100020-510704000000-000-11510704008400000X-1-00",
        received_on=date(2026, 11, 23),
        lacks=(
            Lack("残疾人证", "复印件看不清有效期", "提交有效期内的残疾人证，复印正反两面，字迹清楚"),
            Lack("困难残疾人生活补贴申请表", "第2页缺申请人签名", "由申请人本人签名或者按指印，并填写日期"),
            Lack("银行卡或社会保障卡", "未提交", "户名与申请人一致的本人账户，复印件1份"),
        ),
        deadline=date(2026, 12, 11),
        consequence="逾期没有补正又没有正当理由的，按“补正不来”办结，所交材料退还；以后仍可以重新申请。",
        submit_to=f"{people.TOWNSHIP}（可由村便民服务站代转）",
        handler=people.CLERK,
        handler_phone=people.TOWNSHIP_PHONE,
        complaint_phone=people.COMPLAINT_PHONE,
        issued_on=date(2026, 11, 24),
    )


def sample_long() -> SupplementNotice:
    """Return a notice with a long name, long standards and a deadline in the next year."""
    faults = ("未提交", "与户口簿登记的姓名用字不一致", "超过有效期，且签发机关的印章无法辨认，需要重新出具")
    standards = (
        "由有权机关在申请之日前三个月内出具，加盖公章，注明经办人姓名和联系电话；提交原件1份、复印件2份，复印件由申请人签注“与原件一致”。",
        "以公安机关户籍登记用字为准；用字有差异的，附公安机关出具的同一人证明。",
    )
    lacks = tuple(
        Lack(f"家庭经济状况核对所需证明材料（第{number}类）", faults[number % 3], standards[number % 2])
        for number in range(1, 15)
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        item_name="符合资助条件的救助对象参加城乡居民基本医疗保险个人缴费补贴（含特困人员、低保对象、返贫致贫人口）",
        lacks=lacks,
        deadline=date(2027, 1, 15),
        remarks="申请人委托的代理人已当场知悉；核对授权书需全体共同生活的家庭成员签名。",
    )


def sample_sparse() -> SupplementNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        case_number="",
        item_code="",
        lacks=sample().lacks[:1],
        deadline=None,
        handler_phone="",
        complaint_phone="",
    )


PAPER = Paper(
    name="supplement_notice",
    title="一次性告知书（补正）",
    data_class=SupplementNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "告知联"),
    basis=("行政许可法第三十二条第一款第（三）、（四）项", "DB51/T 1623—2013 政务服务中心一次性告知规范"),
)
