"""缺席默认记录: a department stayed away from a joint visit or meeting it had been called to, and what follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Beside, Field, Gap, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import long_date, long_time
from stationapp.documents.notice import (
    LONG_TEXT,
    FieldRows,
    NoticeHead,
    case_grid,
    letter,
    long_head,
    said,
    sample_head,
    seal,
    sparse_head,
    under,
)
from stationapp.documents.paper import Paper

_MARKED = "本事项已在事项清单中标明实行缺席默认。"
_EFFECT = (
    "一、缺席部门经通知没有正当理由不参加的，视为同意参加部门形成的意见，由此产生的责任由缺席部门承担。\n"
    "二、缺席部门不得以没有参加为由拖延或者拒绝办理本部门应办的手续。\n"
    "三、本记录只表明缺席部门的意见视为同意，不是准予决定书，不代替其依法应当出具的审批文件。"
)


@dataclass(frozen=True, slots=True)
class Attendant:
    """Somebody who came, and for which department."""

    department: str
    person: str


@dataclass(frozen=True, slots=True)
class AbsenceDefaultRecord:
    """Data of a record that a department stayed away.

    `occasion` (联合踏勘、会商会议) was held at `held_at` in `place`: a moment, or a day whose hour stands in
    `place`. `department` had been called at `called_at` by `called_how` (paper, telephone, message; with its
    number), and `acknowledged_by` acknowledged that at `acknowledged_at` (both may be empty). `excuse` is what
    it gave as its reason, `attended` who came, `finding` what those present found. `basis` names the local
    rule and may be empty. The head's handler keeps the record; its complaint telephone is not shown. All times
    are local. Raises ValueError without department, occasion or the manner of the call, or for a call after
    the event.
    """

    head: NoticeHead
    occasion: str
    held_at: date
    department: str
    called_at: datetime
    called_how: str
    place: str = ""
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    excuse: str = ""
    attended: tuple[Attendant, ...] = ()
    finding: str = ""
    basis: str = ""
    remarks: str = ""

    def __post_init__(self) -> None:
        if not (self.department and self.occasion and self.called_how):
            raise ValueError("an absence needs the department, the occasion and how it was called")
        if _begins_before(self.held_at, self.called_at):
            raise ValueError("nobody is absent who was called too late")


def compose(data: AbsenceDefaultRecord) -> Composition:
    """Lay the record out twice: for the file, signed by those present, and for the department."""
    return Composition(
        title="缺席默认记录",
        number_label="文号",
        number=data.head.document_number,
        organ=data.head.organ,
        parts=(
            Part("存档联（牵头部门存档）", (*_body(data), _signed_end(data))),
            Part("部门联（交缺席部门）", (*_body(data), _signed_end(data))),
        ),
    )


def _body(data: AbsenceDefaultRecord) -> tuple[Block, ...]:
    return (
        case_grid(data.head, _absence(data)),
        *letter(
            f"{data.department}经通知没有参加{_held(data)}的{data.occasion}。"
            f"{under(data.basis) or _MARKED}记为缺席默认，视为该部门同意参加部门形成的意见。"
        ),
        *said("缺席理由", data.excuse or "没有说明理由。"),
        _attendance(data.attended),
        *said("参加部门\n形成的意见", data.finding),
        Statement("效　　力", _EFFECT, size=9.5, bold=True),
        *said("备　　注", data.remarks),
    )


def _absence(data: AbsenceDefaultRecord) -> FieldRows:
    return (
        (Field("缺席部门", data.department, bold=True),),
        (Field("应参加", data.occasion, bold=True), Field("举行时间", _held(data), bold=True)),
        (Field("通知方式", data.called_how),),
        (Field("通知时间", long_time(data.called_at)), Field("通知签认人", data.acknowledged_by)),
        (Field("签认时间", long_time(data.acknowledged_at)), Field("地　　点", data.place)),
    )


def _held(data: AbsenceDefaultRecord) -> str:
    return long_time(data.held_at) if isinstance(data.held_at, datetime) else long_date(data.held_at)


def _begins_before(held_at: date, called_at: datetime) -> bool:
    """A day without an hour may be the very day of the call."""
    return held_at <= called_at if isinstance(held_at, datetime) else held_at < called_at.date()


def _attendance(attended: tuple[Attendant, ...]) -> Table:
    columns = (
        Column("序号", 32, "center"),
        Column("参加部门", 216),
        Column("参加人", 120),
        Column("签　　名", 120),
    )
    rows = tuple((str(count), one.department, one.person, "") for count, one in enumerate(attended, start=1))
    return Table(columns, rows, row_height=22.0)


def _signed_end(data: AbsenceDefaultRecord) -> Together:
    contact = (
        Gap(2),
        SignatureRow((Signature("记录人", data.head.handler),)),
        SignatureRow((Signature("联系电话", data.head.handler_phone),)),
        SignatureRow((Signature("牵头部门负责人"),)),
        SignatureRow((Signature("缺席部门签收人"),)),
        SignatureRow((Signature("签收日期"),)),
    )
    return Together((Beside(contact, (Gap(5), seal(data.head.organ, data.head.issued_on)), right_width=190),))


def sample() -> AbsenceDefaultRecord:
    """Return a usual record."""
    return AbsenceDefaultRecord(
        head=replace(sample_head("游审缺", 1, date(2026, 11, 27)), complaint_phone=""),
        occasion="联合踏勘",
        held_at=people.at(11, 27, 9, 30),
        department="绵阳市游仙区水利局",
        called_at=people.at(11, 24, 10, 15),
        called_how=f"联合踏勘通知（{people.document_number('游审勘', 6)}），系统送达并电话告知",
        place="魏城镇红岩村三组",
        acknowledged_by=people.CLERK,
        acknowledged_at=people.at(11, 24, 11, 2),
        excuse="电话答复：当日另有防汛检查，没有派人代替。",
        attended=(
            Attendant(people.APPROVAL_OFFICE, people.OFFICER),
            Attendant("绵阳市游仙区林业局", people.SECOND_OFFICER),
        ),
        finding="采伐地点的四至与林权证一致，同意按申请的采伐方式办理。",
        basis="《绵阳市游仙区联合审批缺席默认办法》第四条",
    )


def sample_long() -> AbsenceDefaultRecord:
    """Return a record with long texts and many who came."""
    attended = tuple(
        Attendant(f"绵阳市游仙区自然资源和规划局第{number}分局（国土空间用途管制股）", people.LONGEST.name)
        for number in range(1, 10)
    )
    return replace(
        sample(),
        head=long_head(sample().head),
        occasion="农村宅基地及建房联合踏勘暨现场会商",
        department="绵阳市游仙区交通运输局（公路建设管理股、路政执法大队）",
        called_how=LONG_TEXT,
        place="四川省绵阳市游仙区魏城镇红岩村三组47号（村便民服务站往东约二百米，红岩小学旧址对面）",
        acknowledged_by=people.LONGEST.name,
        excuse=LONG_TEXT,
        attended=attended,
        finding=LONG_TEXT * 2,
        remarks="现场照片十二张、录像一段随件存档。",
    )


def sample_sparse() -> AbsenceDefaultRecord:
    """Return a record whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        place="",
        acknowledged_by="",
        acknowledged_at=None,
        excuse="",
        attended=(),
        finding="",
        basis="",
    )


PAPER = Paper(
    name="absence_default_record",
    title="缺席默认记录",
    data_class=AbsenceDefaultRecord,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存档联", "部门联"),
    basis=("宜府办发〔2009〕66号：联合审批缺席默认，凭经签认的通知和缺席事实认定",),
)
