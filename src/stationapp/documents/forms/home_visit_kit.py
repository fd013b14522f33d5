"""上门服务单: whom an agent visits on a day, what they need ready, and lines for what is taken in on the spot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import (
    NONE_GIVEN,
    Field,
    FieldGrid,
    Gap,
    Paragraph,
    Statement,
    Together,
)
from stationapp.documents.layout.endings import Signature, SignatureRow, WritingLine
from stationapp.documents.layout.flow import Block, Flow, Style
from stationapp.documents.layout.pen import Pen
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import long_date
from stationapp.documents.paper import Paper

_SUBTITLE = Style(size=10.5, bold=True, leading=1.5)
_RULES = (
    "出示工作证件，当面核对证件后填写；手写收件的，回站后当日补录，收件时间按实际时间填写，"
    "并把系统收件号告知申请人。上门服务不收取任何费用，不得代保管银行卡和密码。"
)
_SLIP = "今收到上列材料。本条只证明收到材料，不表示申请已被受理；补录后以系统收件号为准，凭本条可换取材料接收凭证。"
_EMPTY_LINES = 4


@dataclass(frozen=True, slots=True)
class HomeVisit:
    """One visit: `at` (time of day or a part of it, in words), `person`, `address`, `phone`, `item_name`,
    `bring` (names of the materials to have ready), `reason` of the visit (行动不便), `appointment` number.
    """

    at: str
    person: str
    address: str
    phone: str
    item_name: str
    bring: tuple[str, ...]
    reason: str = ""
    appointment: str = ""


@dataclass(frozen=True, slots=True)
class HomeVisitKit:
    """Data of one day's sheets: `station`, `station_phone`, `visit_on`, `agents` who go, `visits` in the order
    of the round, `vehicle`, `remarks`.
    """

    station: str
    station_phone: str
    visit_on: date
    agents: tuple[str, ...]
    visits: tuple[HomeVisit, ...]
    vehicle: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class _TearLine:
    """A dashed line along which the lower piece is torn off."""

    def place(self, flow: Flow) -> None:
        """Put the line."""
        height, top = 8.0 * flow.setting.scale, flow.y

        def draw(pen: Pen) -> None:
            pen.line(0.0, top + height / 2, flow.width, top + height / 2, dash=3.0)

        flow.put(height, draw)


def compose(data: HomeVisitKit) -> Composition:
    """Lay out the round on a first part, a sheet to write on for each visit on the second."""
    return Composition(
        title="上门服务单",
        number_label="出访日期",
        number=long_date(data.visit_on),
        organ=data.station,
        parts=(
            Part("出访清单（代办员携带）", _round(data)),
            Part("收件记录（逐户填写，下联撕下交申请人）", _records(data)),
        ),
    )


def _round(data: HomeVisitKit) -> tuple[Block, ...]:
    rows = (
        (Field("出访人", "、".join(data.agents)), Field("车　　辆", data.vehicle)),
        (Field("本站电话", data.station_phone), Field("户　　数", f"{len(data.visits)}户", bold=True)),
        (Field("备　　注", data.remarks),),
    )
    signatures = (Signature("出发时间"), Signature("回站时间"), Signature("出访人（签名）", share=1.2))
    return (
        FieldGrid(rows, size=9.5, row_height=17.0),
        Gap(5),
        Table(_COLUMNS, tuple(_row(number, visit) for number, visit in enumerate(data.visits, start=1))),
        Together((Statement("上门须知", _RULES), Gap(4), SignatureRow(signatures))),
    )


_COLUMNS = (
    Column("序号", 28, "center"),
    Column("时间", 52, "center"),
    Column("姓名、电话", 84),
    Column("地址和事由", 112),
    Column("事项", 100),
    Column("请备好的材料", 130),
)


def _row(number: int, visit: HomeVisit) -> tuple[str, ...]:
    return (
        str(number),
        visit.at or NONE_GIVEN,
        f"{visit.person}\n{visit.phone}".rstrip(),
        "\n".join(filter(None, (visit.address, visit.reason, visit.appointment))) or NONE_GIVEN,
        visit.item_name,
        "\n".join(visit.bring) or NONE_GIVEN,
    )


def _records(data: HomeVisitKit) -> tuple[Block, ...]:
    if not data.visits:
        return (Statement("说　　明", "本日没有约定的上门服务。"),)
    return tuple(_record(data, number, visit) for number, visit in enumerate(data.visits, start=1))


def _record(data: HomeVisitKit, number: int, visit: HomeVisit) -> Together:
    head = (
        (Field("姓　　名", visit.person, bold=True), Field("联系电话", visit.phone)),
        (Field("地　　址", visit.address), Field("收件号", "", blank=True)),
        (Field("事　　项", visit.item_name),),
    )
    asked = (
        Signature("交件人（签名）", share=1.1),
        Signature("收件人（签名）", share=1.1),
        Signature("收件时间", share=1.3),
    )
    return Together(
        (
            Paragraph(f"第{number}户（存根联）", _SUBTITLE),
            FieldGrid(head, size=9.5, row_height=17.0),
            Table(_LINES, _lines(visit), row_height=18.0),
            SignatureRow(asked, size=9.5),
            _TearLine(),
            *_slip(data, visit),
            Gap(12),
        )
    )


_LINES = (
    Column("序号", 28, "center"),
    Column("收到的材料", 214),
    Column("原件（份）", 56, "center"),
    Column("复印件（份）", 62, "center"),
    Column("页数", 40, "center"),
    Column("原件由谁保管", 106, "center"),
)


def _lines(visit: HomeVisit) -> tuple[tuple[str, ...], ...]:
    """Name what was asked for, to be ticked off with counts, and leave lines for what else comes."""
    named = [*visit.bring, *[""] * max(1, _EMPTY_LINES - len(visit.bring))]
    return tuple((str(number), name, "", "", "", "") for number, name in enumerate(named, start=1))


def _slip(data: HomeVisitKit, visit: HomeVisit) -> tuple[Block, ...]:
    written = (Signature("材料名称和份数", share=1.0),)
    signed = (
        Signature("收件人（签名）", share=1.2),
        Signature("收件时间", long_date(data.visit_on), share=1.2),
        Signature("本站电话", data.station_phone, share=1.1),
    )
    return (
        Paragraph(
            f"上门收件条（交申请人{visit.person}）　{data.station}", Style(9.5, bold=True, leading=1.4)
        ),
        SignatureRow(written, size=9.5),
        WritingLine(),
        Gap(3),
        Paragraph(_SLIP, Style(8.5, leading=1.35, justify=True)),
        SignatureRow(signed, size=9.5),
    )


def sample() -> HomeVisitKit:
    """Return a morning's round of two visits."""
    return HomeVisitKit(
        station=people.STATION,
        station_phone=people.STATION_PHONE,
        visit_on=date(2026, 11, 24),
        agents=(people.AGENT, people.CLERK),
        visits=(
            HomeVisit(
                "9:00",
                people.WU.name,
                "红岩村二组12号",
                people.WU.phone,
                "80周岁以上老年人高龄津贴发放",
                ("居民身份证", "本人银行账户"),
                "行动不便",
            ),
            HomeVisit(
                "10:30",
                people.ZHONG.name,
                "红岩村五组3号",
                people.ZHONG.phone,
                "临时救助",
                ("户口簿", "医疗费用票据", "诊断证明"),
                "长期卧床",
                "预约0007",
            ),
        ),
        vehicle="站内电动三轮车",
    )


def sample_long() -> HomeVisitKit:
    """Return a day of ten visits, one to the longest name with many materials."""
    usual = sample().visits
    visits = tuple(
        replace(usual[number % 2], at=f"{8 + number}:00", address=f"红岩村{number}组")
        for number in range(1, 11)
    )
    longest = replace(
        visits[4],
        person=people.LONGEST.name,
        item_name="符合资助条件的救助对象参加城乡居民基本医疗保险个人缴费补贴（含特困人员、低保对象、返贫致贫人口）",
        bring=tuple(f"第{number}项证明材料及其附件（原件核验后退还）" for number in range(1, 9)),
    )
    return replace(
        sample(),
        visits=(*visits[:4], longest, *visits[5:]),
        remarks="因连日暴雨，五组道路中断，绕行魏城河大桥；携带便携打印机、备用电池和空白收件凭证。",
    )


def sample_sparse() -> HomeVisitKit:
    """Return a day with one visit of which little is known."""
    return replace(
        sample(),
        agents=(),
        visits=(HomeVisit("", people.LI.name, "", "", "临时救助", ()),),
        vehicle="",
        station_phone="",
    )


PAPER = Paper(
    name="home_visit_kit",
    title="上门服务单",
    data_class=HomeVisitKit,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("出访清单", "收件记录"),
    basis=("国办发〔2020〕45号（保留传统服务方式，帮办代办、上门服务）",),
)
