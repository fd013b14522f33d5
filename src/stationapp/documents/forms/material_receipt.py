"""材料接收凭证: what a station gives for papers it took in. It is expressly not an acceptance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, FieldGrid, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block
from stationapp.documents.layout.qr import GridWithCode
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import long_time
from stationapp.documents.paper import Paper

NOT_ACCEPTED = (
    "本凭证只证明本站收到上列材料，不是受理通知书，不表示申请已被受理。"
    "是否受理，由有权机关收到材料后依法决定并书面告知。"
)
# The enquiry code opens the case to whoever holds it, so the stub that stays in the station's file does not
# show it.
_STUB_CAPTION = "扫码核对收件号"
_KEEP = "请妥善保管。凭收件号和查询码可查询进度，查询码请勿告诉他人。本站代办不收取费用。"


@dataclass(frozen=True, slots=True)
class ReceivedMaterial:
    """One material taken in: how many originals and copies, pages in all, and who keeps the original."""

    name: str
    originals: int
    copies: int
    pages: int
    original_keeper: str


@dataclass(frozen=True, slots=True)
class MaterialReceipt:
    """Data of a receipt; `received_at` is local time, `enquiry_code` the applicant's random secret, and `hub_time`
    says when the hub received it.
    """

    station: str
    receipt_number: str
    qr_payload: str
    enquiry_code: str
    applicant: str
    applicant_id: str
    applicant_phone: str
    representative: str
    item_name: str
    item_code: str
    materials: tuple[ReceivedMaterial, ...]
    receiver: str
    received_at: datetime
    station_phone: str
    enquiry_phone: str
    complaint_phone: str
    remarks: str = ""
    hub_time: str = ""
    is_supplement: bool = False


def compose(data: MaterialReceipt) -> Composition:
    """Lay the receipt out in two parts: the station's stub and the applicant's receipt."""
    stub = (Signature("交件人（签名）", share=1.1), Signature("联系电话"), Signature("日期", share=0.9))
    given = (
        Signature("收件人（签名）", share=1.1),
        Signature("联系电话", data.station_phone),
        Signature("日期", share=0.9),
    )
    return Composition(
        title="补正材料接收凭证" if data.is_supplement else "材料接收凭证",
        number_label="收件号",
        number=data.receipt_number,
        organ=data.station,
        parts=(
            Part("存根联（收件站留存）", (*_body(data, _STUB_CAPTION), SignatureRow(stub))),
            Part("回执联（交申请人）", (*_body(data, f"查询码\n{data.enquiry_code}"), SignatureRow(given))),
        ),
    )


def _body(data: MaterialReceipt, caption: str) -> tuple[Block, ...]:
    statements = (Statement("特别说明", NOT_ACCEPTED, bold=True), Statement("告知事项", _notes(data)))
    return (GridWithCode(_head(data), data.qr_payload, caption), _materials(data), Together(statements))


def _head(data: MaterialReceipt) -> FieldGrid:
    return FieldGrid(
        rows=(
            (Field("申请人", data.applicant), Field("证件号码", data.applicant_id)),
            (Field("代办人", data.representative), Field("联系电话", data.applicant_phone)),
            (Field("申请事项", data.item_name),),
            (Field("事项编码", data.item_code),),
            (Field("收件人", data.receiver), Field("收件时间", long_time(data.received_at))),
        ),
        size=9.5,
        row_height=17.0,
    )


def _materials(data: MaterialReceipt) -> Table:
    rows = tuple(
        (
            str(number),
            material.name,
            str(material.originals),
            str(material.copies),
            str(material.pages or "／"),
            material.original_keeper or "／",
        )
        for number, material in enumerate(data.materials, start=1)
    )
    return Table(_COLUMNS, rows, row_height=15.0, total=_total(data.materials))


_COLUMNS = (
    Column("序号", 32, "center"),
    Column("材料名称", 186),
    Column("原件（份）", 52, "center"),
    Column("复印件（份）", 62, "center"),
    Column("页数", 36, "center"),
    Column("原件由谁保管", 112, "center"),
)


def _total(materials: tuple[ReceivedMaterial, ...]) -> str:
    originals = sum(material.originals for material in materials)
    copies = sum(material.copies for material in materials)
    pages = sum(material.pages for material in materials)
    return f"合计：材料{len(materials)}项，原件{originals}份，复印件{copies}份{f'，共{pages}页' if pages else ''}。"


def _notes(data: MaterialReceipt) -> str:
    phones = f"查询电话：{data.enquiry_phone}　投诉电话：{data.complaint_phone}"
    remarks = f"备注：{data.remarks}\n" if data.remarks else ""
    # On one line with the numbers: a line more would need a second sheet.
    return f"{_KEEP}\n{remarks}{phones}" + (f"　{data.hub_time}" if data.hub_time else "")


def sample() -> MaterialReceipt:
    """Return a usual receipt."""
    return MaterialReceipt(
        station=people.STATION,
        receipt_number=people.RECEIPT_NUMBER,
        qr_payload=people.RECEIPT_NUMBER,
        enquiry_code=people.ENQUIRY_CODE,
        applicant=people.WU.name,
        applicant_id=people.WU.masked_id,
        applicant_phone=people.WU.phone,
        representative=f"{people.LI.name}（女儿）",
        item_name="80周岁以上老年人高龄津贴发放",
        item_code="512B0003700016-510704000000-000-11510704008400000X-1-00",
        materials=(
            ReceivedMaterial("高龄津贴申请表", 1, 0, 2, "随件报送"),
            ReceivedMaterial("居民身份证", 0, 1, 1, "申请人（已核验退还）"),
            ReceivedMaterial("居民户口簿", 0, 1, 3, "申请人（已核验退还）"),
            ReceivedMaterial("本人银行卡或社会保障卡", 0, 1, 1, "申请人（已核验退还）"),
            ReceivedMaterial("代办委托书", 1, 0, 1, "本站"),
        ),
        receiver=people.AGENT,
        received_at=people.at(11, 21, 9, 5),
        station_phone=people.STATION_PHONE,
        enquiry_phone=people.ENQUIRY_PHONE,
        complaint_phone=people.COMPLAINT_PHONE,
    )


def sample_long() -> MaterialReceipt:
    """Return a receipt as long as real catalogues make it: a long name, a long item, 18 materials."""
    names = (
        "农村村民宅基地使用权及建房（规划许可）申请表",
        "申请人及家庭成员居民身份证、户口簿",
        "农村村民会议或者村民代表会议讨论通过的记录及公示材料（含公示照片、异议处理情况说明）",
        "原宅基地权属证明或者拆旧建新承诺书",
        "宅基地和建房（规划许可）四至范围图及相邻权利人签字确认书",
        "住房设计方案或者政府提供的通用图集编号",
    )
    materials = tuple(
        ReceivedMaterial(f"{name}（第{part}部分）", 1, 2, 12, "申请人（已核验退还）")
        for part in (1, 2, 3)
        for name in names
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        applicant_id=people.LONGEST.masked_id,
        representative=f"{people.ZHONG.name}（申请人书面委托的代理人，魏城镇红岩村三组村民）",
        item_name="农村村民宅基地及建房（规划许可）审批——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请"
        "（涉及占用农用地的，一并提出农用地转用申请；涉及林地、草地的，一并提出使用申请）",
        materials=materials,
        remarks="申请人行动不便，材料由代办员上门收取；第4项原件破损，已拍照留存并经申请人当面确认。",
    )


def sample_sparse() -> MaterialReceipt:
    """Return a receipt whose optional fields are empty."""
    return replace(
        sample(),
        applicant=people.WANG.name,
        applicant_id="",
        applicant_phone="",
        representative="",
        materials=(ReceivedMaterial("临时救助申请书", 1, 0, 1, ""),),
        station_phone="",
    )


PAPER = Paper(
    name="material_receipt",
    title="材料接收凭证",
    data_class=MaterialReceipt,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "回执联"),
    basis=("收取申请材料凭证的通行做法（收件不是受理；受理见行政许可法第三十二条）",),
)
