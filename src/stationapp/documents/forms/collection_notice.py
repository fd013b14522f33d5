"""领取通知书: what is ready, where it can be collected, until when, and what to bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field
from stationapp.documents.layout.sheet import Composition
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import long_date
from stationapp.documents.notice import (
    LONG_TEXT,
    FieldRows,
    NoticeHead,
    addressed,
    case_grid,
    letter,
    long_head,
    said,
    sample_head,
    sparse_head,
    two_part_notice,
    under,
)
from stationapp.documents.paper import Paper

BASIS = "《中华人民共和国行政许可法》第四十四条"


@dataclass(frozen=True, slots=True)
class ReadyResult:
    """One paper or thing to collect, with its number if it has one."""

    name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class CollectionNotice:
    """Data of a notice that results are ready.

    `where` is the place, `opening_hours` when it is open, `until` the last day (None for none), `bring` what
    to bring, `other_ways` how to get the results without coming (post, delivery by the station), `afterwards`
    what happens after the last day. Raises ValueError without a result or a place.
    """

    head: NoticeHead
    results: tuple[ReadyResult, ...]
    where: str
    until: date | None = None
    bring: tuple[str, ...] = ()
    opening_hours: str = ""
    other_ways: str = ""
    afterwards: str = ""
    basis: str = BASIS
    remarks: str = ""

    def __post_init__(self) -> None:
        if not (self.results and self.where):
            raise ValueError("a collection notice needs what is ready and where")


def compose(data: CollectionNotice) -> Composition:
    """Lay the notice out with what, where, until when and what to bring."""
    return two_part_notice(
        "领取通知书",
        data.head,
        "通知联（交申请人）",
        stub=((Field("领取内容", _names(data.results)),), *_where(data)),
        body=(
            case_grid(data.head, _where(data)),
            *letter(
                f"{addressed(data.head)}办理结果已经作出。{under(data.basis)}请按下列要求领取，领取时在送达回证上签名。"
            ),
            _table(data.results),
            *said("携带材料", _bring(data.bring)),
            *said("其他方式", data.other_ways),
            *said("逾期处理", data.afterwards),
            *said("备　　注", data.remarks),
        ),
    )


def _where(data: CollectionNotice) -> FieldRows:
    return (
        (Field("领取地点", data.where, bold=True),),
        (Field("领取期限", _until(data), bold=True), Field("领取时间", data.opening_hours)),
    )


def _until(data: CollectionNotice) -> str:
    return f"{long_date(data.until)}前" if data.until else ""


def _names(results: tuple[ReadyResult, ...]) -> str:
    return "、".join(result.name for result in results)


def _table(results: tuple[ReadyResult, ...]) -> Table:
    columns = (Column("序号", 32, "center"), Column("领取的文书、证照", 276), Column("编　　号", 180))
    rows = tuple(
        (str(count), result.name, result.number or "／") for count, result in enumerate(results, start=1)
    )
    return Table(columns, rows, row_height=15.0)


def _bring(bring: tuple[str, ...]) -> str:
    return f"请携带{'、'.join(bring)}。" if bring else ""


def sample() -> CollectionNotice:
    """Return a usual notice."""
    return CollectionNotice(
        head=sample_head("游审领", 77, date(2026, 12, 3)),
        results=(
            ReadyResult("准予决定书", people.document_number("游审许决", 356)),
            ReadyResult("林木采伐许可证", "川林采字〔2026〕第0704356号"),
        ),
        where=people.STATION,
        until=date(2026, 12, 31),
        bring=("本人居民身份证", "材料接收凭证（回执联）"),
        opening_hours="工作日9:00—12:00，14:00—17:00",
        other_ways="他人代领的，另带委托书和代领人的居民身份证；行动不便的，可以电话告知村便民服务站，由代办员送到家中。",
        afterwards="到期没有领取的，由村便民服务站继续保管，并再次电话通知。",
    )


def sample_long() -> CollectionNotice:
    """Return a notice with many results and long texts."""
    results = tuple(
        ReadyResult(
            f"乡村建设规划许可证及农村宅基地批准书（附图{number}：四至范围、标高和退距）",
            f"川绵游乡建（宅）〔2026〕第0704{number:04}号",
        )
        for number in range(1, 11)
    )
    return replace(
        sample(),
        head=long_head(sample().head),
        results=results,
        where="四川省绵阳市游仙区魏城镇红岩村便民服务站（村民委员会办公楼一楼，红岩小学旧址对面）",
        bring=(*sample().bring, "原宅基地使用证（需要注销并收回）", "收费票据"),
        other_ways=LONG_TEXT,
        afterwards=LONG_TEXT,
        basis="《四川省农村住房建设管理办法》第十二条、《绵阳市农村宅基地审批管理实施细则》第九条第二款",
        remarks="证照载明的姓名用字请当面核对。",
    )


def sample_sparse() -> CollectionNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        results=(ReadyResult("查询结果"),),
        until=None,
        bring=(),
        opening_hours="",
        other_ways="",
        afterwards="",
        basis="",
    )


PAPER = Paper(
    name="collection_notice",
    title="领取通知书",
    data_class=CollectionNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "通知联"),
    basis=("行政许可法第四十四条",),
)
