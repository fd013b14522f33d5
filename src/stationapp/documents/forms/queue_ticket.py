"""取号票: whose turn comes when. On a sheet where a station has no ticket printer; see `tickets` for the roll."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, FieldGrid, Gap, Paragraph, Statement
from stationapp.documents.layout.fitting import OneLine
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.qr import GridWithCode
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.words import long_time
from stationapp.documents.paper import Paper

PASSED_OVER = "请留意叫号，过号重取。"
_NUMBER = Style(size=64.0, bold=True, align="center", leading=1.2)
_AHEAD = Style(size=16.0, align="center", leading=1.5)


@dataclass(frozen=True, slots=True)
class QueueTicket:
    """Data of a ticket: `station`, `number` (A012), `ahead` (how many wait before it), `issued_at` local time,
    `item_name` and `window` (either may be empty), `appointment` (the booked time, in words), `phone` of the
    station. It names no person, and its code holds nothing but what can be read on it.
    """

    station: str
    number: str
    ahead: int
    issued_at: datetime
    item_name: str = ""
    window: str = ""
    appointment: str = ""
    phone: str = ""

    @property
    def code_text(self) -> str:
        """Return the text of the QR code."""
        return f"取号票 {self.number} {self.issued_at:%Y-%m-%d %H:%M} {self.station}"

    @property
    def waiting(self) -> str:
        """Return how many wait, in words."""
        return f"前面还有{self.ahead}人等候" if self.ahead else "前面没有人等候"


def compose(data: QueueTicket) -> Composition:
    """Lay the ticket out on a sheet, its number as large as can be read across a room."""
    return Composition(
        title="取号票",
        number_label="号码",
        number=data.number,
        organ=data.station,
        parts=(Part("号票（交办事群众）", _body(data)),),
    )


def _body(data: QueueTicket) -> tuple[Block, ...]:
    rows = (
        (Field("办理事项", data.item_name),),
        (Field("窗　　口", data.window), Field("预约时间", data.appointment)),
        (Field("取号时间", long_time(data.issued_at)), Field("本站电话", data.phone)),
    )
    return (
        OneLine(data.number, _NUMBER),
        Paragraph(data.waiting, _AHEAD),
        Gap(6),
        GridWithCode(FieldGrid(rows), data.code_text, "号票内容"),
        Statement("提　　示", PASSED_OVER, size=12.0, bold=True),
    )


def sample() -> QueueTicket:
    """Return a usual ticket."""
    return QueueTicket(
        station=people.TOWNSHIP,
        number="A012",
        ahead=5,
        issued_at=people.at(11, 21, 9, 6),
        item_name="城乡居民基本养老保险参保登记",
        window="3号综合窗口",
        phone=people.TOWNSHIP_PHONE,
    )


def sample_long() -> QueueTicket:
    """Return a ticket of a village with a rare name, a long item and an appointment."""
    return replace(
        sample(),
        station="游仙区魏城镇𡋾䶮村、石板村联合便民服务站",
        number="综合窗口Y1234",
        ahead=128,
        item_name="符合资助条件的救助对象参加城乡居民基本医疗保险个人缴费补贴（含特困人员、低保对象、返贫致贫人口）",
        window="一楼大厅东侧12号综合受理窗口",
        appointment="预约9:30至10:00",
    )


def sample_sparse() -> QueueTicket:
    """Return a ticket of a station with one queue, nobody waiting."""
    return QueueTicket(people.STATION, "1", 0, people.at(11, 21, 9, 6))


PAPER = Paper(
    name="queue_ticket",
    title="取号票",
    data_class=QueueTicket,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("号票",),
    basis=("一键取号：现场取号、过号重取",),
)
