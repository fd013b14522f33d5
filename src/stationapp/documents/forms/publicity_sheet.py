"""公示单: the six publics of one item in type as large as one sheet allows, to be put up on a wall (六个公开)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Gap, Paragraph
from stationapp.documents.layout.fitting import LargestFitting
from stationapp.documents.layout.flow import Block, Flow, Style
from stationapp.documents.layout.rows import Cell, place_row
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.words import long_date
from stationapp.documents.paper import Paper

_SIZES = (32.0, 28.0, 25.0, 22.0, 20.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
"""From what is read across a room down to what is read at arm's length."""
_PUBLICS = ("content", "basis", "procedure", "conditions", "limits", "fee")


@dataclass(frozen=True, slots=True)
class PublicitySheet:
    """Data of a poster. All texts.

    `department` that is responsible; `item_name`, `item_code`; `version`, `effective_from` of the catalogue's
    item; the six publics `content`, `basis`, `procedure`, `conditions`, `limits` (statutory and promised, in
    words), `fee`; `materials`: names only; `place`, `hours`, `enquiry_phone`, `complaint_phone`.

    Raises ValueError when one of the six is empty: such an item must not be published.
    """

    department: str
    item_name: str
    item_code: str
    version: int
    effective_from: date
    content: str
    basis: str
    procedure: str
    conditions: str
    limits: str
    fee: str
    materials: tuple[str, ...] = ()
    place: str = ""
    hours: str = ""
    enquiry_phone: str = ""
    complaint_phone: str = ""

    def __post_init__(self) -> None:
        if lacking := [
            field.name for field in fields(self) if field.name in _PUBLICS and not getattr(self, field.name)
        ]:
            raise ValueError(f"a poster needs all six publics, it lacks {lacking}")


@dataclass(frozen=True, slots=True)
class _Row:
    """A label and a text in ruled cells, both in the poster's own type."""

    label: str
    text: str
    size: float

    def place(self, flow: Flow) -> None:
        """Put the row."""
        width = 5.4 * self.size * flow.setting.scale
        cells = (
            Cell(self.label, width, Style(self.size, bold=True, align="center", leading=1.3)),
            Cell(self.text, flow.width - width, Style(self.size, leading=1.4)),
        )
        place_row(flow, cells, minimum=self.size * 1.9)


def compose(data: PublicitySheet) -> Composition:
    """Lay the poster out on one sheet; printed on A3 it is simply larger."""
    return Composition(
        title="政务服务事项公示单",
        number_label="版本",
        number=f"第{data.version}版（自{long_date(data.effective_from)}起施行）",
        organ=data.department,
        parts=(
            Part("公示单（张贴用，可放大到A3）", (LargestFitting(lambda size: _blocks(data, size), _SIZES),)),
        ),
    )


def _blocks(data: PublicitySheet, size: float) -> tuple[Block, ...]:
    name = Style(size * 1.35, bold=True, align="center", leading=1.35)
    return (
        Paragraph(data.item_name, name),
        Gap(size * 0.4),
        *(_Row(label, text, size) for label, text in _rows(data) if text),
    )


def _rows(data: PublicitySheet) -> tuple[tuple[str, str], ...]:
    return (
        ("办理内容", data.content),
        ("办理依据", data.basis),
        ("受理条件", data.conditions),
        ("办理程序", data.procedure),
        ("办理时限", data.limits),
        ("收费标准", data.fee),
        ("申请材料", "；".join(data.materials)),
        ("地点时间", "\n".join(filter(None, (data.place, data.hours)))),
        ("咨询电话", data.enquiry_phone),
        ("监督电话", data.complaint_phone),
        ("事项编码", data.item_code),
    )


def sample() -> PublicitySheet:
    """Return a usual poster."""
    return PublicitySheet(
        department="绵阳市游仙区民政局",
        item_name="80周岁以上老年人高龄津贴发放",
        item_code="512B0004100020-510704000000-000-11510704008400000X-1-00",
        version=2,
        effective_from=date(2026, 9, 1),
        content="对具有本区户籍、年满80周岁的老年人按月发放高龄津贴。",
        basis="《中华人民共和国老年人权益保障法》第三十三条",
        procedure="村便民服务站收件→镇便民服务中心受理、初审→区民政局决定→按月发放",
        conditions="具有本区户籍，年满80周岁。",
        limits="法定20个工作日，承诺10个工作日",
        fee="不收费",
        materials=("高龄津贴申请表", "居民身份证", "本人银行账户"),
        place="各村便民服务站；魏城镇便民服务中心",
        hours="工作日9:00至12:00、13:00至17:00",
        enquiry_phone=people.TOWNSHIP_PHONE,
        complaint_phone=people.COMPLAINT_PHONE,
    )


def sample_long() -> PublicitySheet:
    """Return a poster with long texts and many materials: the type gets smaller, the sheet stays one."""
    return replace(
        sample(),
        item_name=f"{people.BUILDING_ITEM}——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        conditions=(
            "一、申请人为本集体经济组织成员，符合一户一宅规定；二、拟建地块符合村庄规划，不占用永久基本农田、"
            "生态保护红线、饮用水水源一级保护区；三、面积和层数不超过本省规定的标准；四、四至无争议，相邻户已书面同意；"
            "五、原有宅基地已经退出或者承诺建成后三个月内退出，由村民委员会监督拆除并复垦。"
        ),
        procedure="申请→村民会议讨论、公示7日→村便民服务站报送→镇便民服务中心受理→农业农村、自然资源、林业部门联合踏勘"
        "→镇人民政府决定→核发乡村建设规划许可证、宅基地批准书→开工放线→竣工验收",
        materials=tuple(
            f"建设用地现状调查表及相关证明文件（第{number}册，含附图）" for number in range(1, 15)
        ),
    )


def sample_sparse() -> PublicitySheet:
    """Return a poster with nothing but the six publics."""
    return replace(
        sample(), item_code="", materials=(), place="", hours="", enquiry_phone="", complaint_phone=""
    )


PAPER = Paper(
    name="publicity_sheet",
    title="政务服务事项公示单",
    data_class=PublicitySheet,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("公示单",),
    basis=("行政许可法第三十条（在办公场所公示）", "六个公开：内容、依据、程序、条件、时限、收费"),
)
