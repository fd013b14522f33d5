"""代办委托书: somebody lets the station's agent act for him in one matter, free and without sub-delegation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, FieldGrid, Gap, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.words import BLANK_DATE, long_date
from stationapp.documents.notice import LONG_ITEM, ListedMaterial, grid, material_table
from stationapp.documents.paper import Paper

POWERS = (
    "递交申请材料",
    "签收通知、告知书",
    "按告知补正材料",
    "查询办理进度",
    "领取办理结果并转交本人",
)
"""What an agent may be let do; what is not ticked he may not do."""
_UNNUMBERED = "（收件时填写）"
_RULES = (
    "一、代办员只办理打■的手续；其他手续和作出承诺、撤回申请，须另行书面委托。\n"
    "二、代办员不得转委托他人。代办不收费；依法应当缴纳的费用凭票据由委托人承担。\n"
    "三、委托人对材料的真实性负责；代办员对委托人的个人信息保密，不作他用。\n"
    "四、委托人可以随时取消委托，取回材料。本人必须到场的事项不适用委托。"
)
_READ_ALOUD = (
    "委托人不能书写。本委托书由代办员逐项读给委托人听，委托人表示听清、同意，并当场按指印；"
    "见证人在场见证并签名。代办员本人不得作为见证人。"
)


@dataclass(frozen=True, slots=True)
class PowerOfAttorney:
    """Data of a power of attorney for one matter.

    `principal…` is who lets the agent act, `agent…` the station's agent (`agent_number` his staff number),
    `station` his village's station. `powers` are some of POWERS, none to be ticked by hand. `originals` are
    the original papers handed to the agent, which he gives back. The term runs from `valid_from` (None: the
    day of signing) to `valid_until` (None: the end of the case). `cannot_write` adds that the paper was read
    aloud; `witness` may be known then. `receipt_number` may be empty before intake; `signed_on` None leaves
    the date to be written. Raises ValueError for an unknown power.
    """

    station: str
    receipt_number: str
    principal: str
    principal_id: str
    principal_phone: str
    agent: str
    agent_number: str
    agent_phone: str
    item_name: str
    item_code: str
    powers: tuple[str, ...] = POWERS
    originals: tuple[ListedMaterial, ...] = ()
    principal_address: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    signed_on: date | None = None
    cannot_write: bool = False
    witness: str = ""
    remarks: str = ""

    def __post_init__(self) -> None:
        unknown = set(self.powers) - set(POWERS)
        if unknown:
            raise ValueError(f"unknown powers: {'、'.join(sorted(unknown))}")


def compose(data: PowerOfAttorney) -> Composition:
    """Lay the paper out twice: one for the case's file, one for the principal."""
    return Composition(
        title="代办委托书",
        number_label="收件号",
        number=data.receipt_number or _UNNUMBERED,
        organ=data.station,
        parts=(
            Part("存档联（随件归档）", _body(data)),
            Part("委托人联（交委托人保管）", _body(data)),
        ),
    )


def _body(data: PowerOfAttorney) -> tuple[Block, ...]:
    return (
        grid(_fields(data)),
        Statement("委托权限\n（打■的）", _powers(data.powers), size=10.0),
        Statement("委托期限", _term(data), size=9.5),
        *_originals(data),
        Statement("约　　定", _RULES, size=9.5),
        *((Statement("备　　注", data.remarks, size=9.5),) if data.remarks else ()),
        _signatures(data),
    )


def _fields(data: PowerOfAttorney) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("委托人", data.principal), Field("证件号码", data.principal_id, blank=True)),
        (Field("联系电话", data.principal_phone, blank=True), Field("住　　址", data.principal_address)),
        (Field("代办员", data.agent), Field("工　　号", data.agent_number)),
        (Field("代办站点", data.station), Field("代办员电话", data.agent_phone)),
        (Field("委托事项", data.item_name),),
        (Field("事项编码", data.item_code),),
    )


def _powers(chosen: tuple[str, ...]) -> str:
    ticked = [f"{'■' if power in chosen else '□'}{power}" for power in POWERS]
    return f"{'　'.join(ticked[:3])}\n{'　'.join(ticked[3:])}"


def _term(data: PowerOfAttorney) -> str:
    begin = long_date(data.valid_from) or "委托人签名（按指印）之日"
    end = long_date(data.valid_until) or "本件办结、结果转交委托人之日"
    return f"自{begin}起，至{end}止。"


def _originals(data: PowerOfAttorney) -> tuple[Block, ...]:
    if not data.originals:
        return (Statement("材料原件", "委托人没有把材料原件留给代办员；原件核验后当场退还。", size=9.5),)
    returned = SignatureRow((Signature("原件已返还，委托人（签名）", share=1.4), Signature("日期")), size=9.5)
    rule = "上列原件由代办员妥善保管，只用于办理本件，用毕返还委托人，最迟与办理结果一并返还。"
    return (
        material_table("交由代办员保管的材料原件", data.originals),
        Together((Statement("原件返还", rule, size=9.5), returned, Gap(3))),
    )


def _signatures(data: PowerOfAttorney) -> Together:
    """Return what is signed; it names matter and persons, lest a signature stand on a page without them."""
    whom = f"{data.station}代办员{data.agent}"
    will = f"{data.principal}自愿就“{data.item_name}”委托{whom}代办，已看清（听清）上列全部内容。"
    signed = long_date(data.signed_on) or BLANK_DATE
    fingerprint = Field("委托人指印\n（不能书写\n的按此处）", "", blank=True)
    read = (Statement("代书说明", _READ_ALOUD, size=9.5, bold=True),) if data.cannot_write else ()
    return Together(
        (
            Statement("委托声明", will, size=9.5),
            *read,
            _signed("委托人签名", signed),
            FieldGrid(((fingerprint, Field("见证人签名\n及电话", data.witness, blank=True)),), 9.5, 50.0),
            _signed("代办员签名", signed),
        )
    )


def _signed(label: str, day: str) -> FieldGrid:
    return FieldGrid(((Field(label, "", blank=True), Field("日　　期", day)),), 9.5, 26.0)


def sample() -> PowerOfAttorney:
    """Return a usual power of attorney."""
    return PowerOfAttorney(
        station=people.STATION,
        receipt_number=people.RECEIPT_NUMBER,
        principal=people.WANG.name,
        principal_id=people.WANG.id_number,
        principal_phone=people.WANG.phone,
        principal_address="魏城镇红岩村三组",
        agent=people.AGENT,
        agent_number="HY-003",
        agent_phone=people.STATION_PHONE,
        item_name="80周岁以上老年人高龄津贴发放",
        item_code="512B0003700016-510704000000-000-11510704008400000X-1-00",
        originals=(ListedMaterial("居民户口簿", 1, 0), ListedMaterial("社会保障卡", 1, 0)),
        valid_from=people.TODAY,
        valid_until=date(2027, 2, 20),
        signed_on=people.TODAY,
    )


def sample_long() -> PowerOfAttorney:
    """Return one of an old principal who cannot write, with the longest name and many originals."""
    originals = tuple(
        ListedMaterial(f"土地承包经营权证书、林权证及历次变更登记的附图、附表（第{number}册）", number, 0)
        for number in range(1, 13)
    )
    return replace(
        sample(),
        principal=people.LONGEST.name,
        principal_id=people.LONGEST.id_number,
        principal_address="四川省绵阳市游仙区魏城镇红岩村三组47号（村便民服务站往东约二百米）",
        item_name=LONG_ITEM,
        powers=(*POWERS[:3], POWERS[4]),
        originals=originals,
        cannot_write=True,
        witness=f"{people.ZHONG.name}（邻居，{people.ZHONG.phone}）",
        remarks="委托人视力不便，代办员已使用大字版逐项说明；结果请送至委托人家中。",
    )


def sample_sparse() -> PowerOfAttorney:
    """Return a form most of which is to be filled in by hand."""
    return replace(
        sample(),
        receipt_number="",
        principal_id="",
        principal_phone="",
        principal_address="",
        agent_number="",
        agent_phone="",
        item_code="",
        powers=(),
        originals=(),
        valid_from=None,
        valid_until=None,
        signed_on=None,
    )


PAPER = Paper(
    name="power_of_attorney",
    title="代办委托书",
    data_class=PowerOfAttorney,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存档联", "委托人联"),
    basis=(
        "行政许可法第二十九条",
        "民法典第一百六十五条、第一百六十九条",
        "社会救助暂行办法第十一条、第十六条（委托村民委员会、居民委员会代为提出申请）",
    ),
)
