"""办事指南: everything the public may know of one item, from one version of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import NONE_GIVEN, Field, FieldGrid, Gap, Paragraph, Together
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.steps import Step, StepChart
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import long_date
from stationapp.documents.paper import Paper

_NUMERALS = (
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
)
_HEADING = Style(size=10.5, bold=True, leading=1.5)
_TEXT = Style(size=10.0, leading=1.5, justify=True)
_NAME = Style(size=14.0, bold=True, align="center", leading=1.4)
_CLOSING = (
    "本指南由目录自动生成，以上列版本为准；目录修订后旧版即行作废，请以窗口公示的现行版本为准。"
    "未列入本指南的材料，任何单位和个人不得要求申请人提交。村、镇代办一律不收取费用。"
)


@dataclass(frozen=True, slots=True)
class GuideMaterial:
    """One material: how many originals and copies, whether it must be handed in, and what is said about it.

    `shared`: the office fetches it, it may not be demanded; `promisable`: a promise may stand in for it;
    `kept_by`: who keeps the original, in words; `issuer`, `issue_requirement`, `usage`, `basis`, `note`:
    texts of the catalogue.
    """

    name: str
    originals: int
    copies: int
    required: bool = True
    shared: bool = False
    promisable: bool = False
    kept_by: str = ""
    issuer: str = ""
    issue_requirement: str = ""
    usage: str = ""
    basis: str = ""
    note: str = ""

    @property
    def need(self) -> str:
        """Say in a word or two whether the applicant must bring it."""
        if self.shared:
            return "共享获取\n不必提交"
        return ("必备" if self.required else "按情形") + ("\n可承诺" if self.promisable else "")


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step of the way: `name` (受理), `office` that does it, `limit` in words."""

    name: str
    office: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True)
class GuideElement:
    """One more element of the standard's table: its Chinese name and its text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ItemGuide:
    """Data of a guide; all but the dates, numbers and rows are texts, empty where the catalogue is silent.

    Identity: `organ` that publishes, `name`, `code`, `version`, `effective_from`, `item_type`, `department`,
    `co_departments`, `handling_kind`, `service_objects`, `decides_at` (level in words), `result_name`,
    `must_appear` (whether the applicant must come in person), `window` (part of the year, in words),
    `service_days` (in words). The six publics: `content`, `basis`, `conditions`, `procedure`, `fee`, and the
    limits `statutory_limit`, `statutory_note`, `promised_limit`, `promised_note`. `excluded`: what does not
    count to the limits. `steps`: GuideStep rows. `materials`: GuideMaterial rows. `place`, `hours`,
    `enquiries`, `enquiry_phone`, `complaint_phone`. `not_needed_when`: when nobody needs this licence.
    `questions`, `sample_text`, `common_errors`, `remedies`: one line feed for each paragraph. `elements`: what
    else the standard's table names, as GuideElement rows.
    """

    organ: str
    name: str
    code: str
    version: int
    effective_from: date
    department: str
    handling_kind: str
    content: str
    basis: str
    conditions: str
    procedure: str
    fee: str
    statutory_limit: str
    promised_limit: str
    materials: tuple[GuideMaterial, ...]
    item_type: str = ""
    co_departments: tuple[str, ...] = ()
    service_objects: tuple[str, ...] = ()
    decides_at: str = ""
    result_name: str = ""
    must_appear: bool = False
    window: str = ""
    service_days: str = ""
    statutory_note: str = ""
    promised_note: str = ""
    excluded: tuple[str, ...] = ()
    steps: tuple[GuideStep, ...] = ()
    place: str = ""
    hours: str = ""
    enquiries: str = ""
    enquiry_phone: str = ""
    complaint_phone: str = ""
    not_needed_when: str = ""
    questions: str = ""
    sample_text: str = ""
    common_errors: str = ""
    remedies: str = ""
    elements: tuple[GuideElement, ...] = ()


Section = tuple[str, tuple[Block, ...]]


def compose(data: ItemGuide) -> Composition:
    """Lay the guide out in numbered sections; sections the catalogue is silent about are left out."""
    return Composition(
        title="办事指南",
        number_label="版本",
        number=f"第{data.version}版（自{long_date(data.effective_from)}起施行）",
        organ=data.organ,
        parts=(Part("办事指南（供公众取阅）", _body(data)),),
    )


def _body(data: ItemGuide) -> tuple[Block, ...]:
    sections = [section for section in _sections(data) if section[1]]
    return (
        Paragraph(data.name, _NAME),
        Gap(4),
        *(
            block
            for numeral, section in zip(_NUMERALS, sections, strict=False)
            for block in _put(numeral, section)
        ),
        Gap(6),
        Paragraph(_CLOSING, Style(size=9.0, leading=1.45, justify=True)),
    )


def _put(numeral: str, section: Section) -> tuple[Block, ...]:
    title, (first, *rest) = section
    heading = f"{numeral}、{title}"
    if isinstance(first, Table):
        return (replace(first, heading=heading), *rest, Gap(4))
    return (Together((Paragraph(heading, _HEADING), first)), *rest, Gap(4))


def _sections(data: ItemGuide) -> tuple[Section, ...]:
    return (
        ("基本信息", (FieldGrid(_identity(data), size=9.5, row_height=17.0),)),
        ("办理内容", _texts(data.content or NONE_GIVEN)),
        ("办理依据", _texts(data.basis or NONE_GIVEN)),
        ("受理条件", _texts(_conditions(data) or NONE_GIVEN)),
        ("申请材料", (Table(_COLUMNS, _materials(data), size=8.5, total=_total(data)),)),
        ("办理时限", _limits(data)),
        ("办理程序", (*_texts(data.procedure or NONE_GIVEN), *_chart(data))),
        ("收费标准", _texts(data.fee or NONE_GIVEN)),
        ("办理地点、时间和电话", (FieldGrid(_where(data), size=9.5, row_height=17.0),)),
        ("填写示范", _texts(data.sample_text)),
        ("常见错误", _texts(data.common_errors)),
        ("常见问题", _texts(data.questions)),
        ("救济途径", _texts(data.remedies)),
        ("其他要素", _elements(data)),
    )


def _texts(text: str) -> tuple[Block, ...]:
    return tuple(Together((Paragraph(f"　　{line}", _TEXT),)) for line in text.split("\n") if line)


def _identity(data: ItemGuide) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("事项编码", data.code),),
        (Field("事项类型", data.item_type), Field("办件类型", data.handling_kind)),
        (Field("实施部门", data.department), Field("决定层级", data.decides_at)),
        (
            Field("联办部门", "、".join(data.co_departments)),
            Field("服务对象", "、".join(data.service_objects)),
        ),
        (
            Field("办理结果", data.result_name),
            Field("本人到场", "须本人到场" if data.must_appear else "可以委托代办"),
        ),
        (Field("受理期", data.window or "全年"), Field("办理日", data.service_days or "各工作日")),
    )


def _conditions(data: ItemGuide) -> str:
    without = f"依法不需要办理的情形：{data.not_needed_when}" if data.not_needed_when else ""
    return f"{data.conditions}\n{without}".strip()


_COLUMNS = (
    Column("序号", 28, "center"),
    Column("材料名称", 132),
    Column("原件", 30, "center"),
    Column("复印件", 36, "center"),
    Column("必要性", 52, "center"),
    Column("出具单位和要求", 112),
    Column("说明和依据", 116),
)


def _materials(data: ItemGuide) -> tuple[tuple[str, ...], ...]:
    return tuple(_material(number, material) for number, material in enumerate(data.materials, start=1))


def _material(number: int, material: GuideMaterial) -> tuple[str, ...]:
    kept = f"原件{material.kept_by}" if material.kept_by else ""
    return (
        str(number),
        material.name,
        str(material.originals),
        str(material.copies),
        material.need,
        _lines(material.issuer, material.issue_requirement),
        _lines(material.usage, material.note, kept, material.basis),
    )


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text) or NONE_GIVEN


def _total(data: ItemGuide) -> str:
    brought = [material for material in data.materials if not material.shared]
    needed = sum(1 for material in brought if material.required)
    return f"共{len(data.materials)}项，申请人提交{len(brought)}项，其中必备{needed}项。"


def _limits(data: ItemGuide) -> tuple[Block, ...]:
    excluded = f"下列时间不计入期限：{'、'.join(data.excluded)}。" if data.excluded else ""
    rows = (
        (Field("法定期限", data.statutory_limit), Field("承诺期限", data.promised_limit, bold=True)),
        (Field("法定说明", data.statutory_note), Field("承诺说明", data.promised_note)),
    )
    noted = rows if data.statutory_note or data.promised_note else rows[:1]
    return (FieldGrid(noted, size=9.5, row_height=17.0), *_texts(excluded))


def _chart(data: ItemGuide) -> tuple[Block, ...]:
    steps = tuple(Step(step.name, "\n".join(filter(None, (step.office, step.limit)))) for step in data.steps)
    return (Gap(4), Together((StepChart(steps),))) if steps else ()


def _where(data: ItemGuide) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("办理地点", data.place),),
        (Field("办理时间", data.hours),),
        (Field("咨询方式", data.enquiries),),
        (Field("咨询电话", data.enquiry_phone), Field("监督电话", data.complaint_phone)),
    )


def _elements(data: ItemGuide) -> tuple[Block, ...]:
    rows = tuple((element.label, element.text) for element in data.elements)
    columns = (Column("要素", 110, "center"), Column("内容", 396))
    return (Table(columns, rows, row_height=15.0),) if rows else ()


_SAMPLE_CONDITIONS = (
    "一、申请人为本集体经济组织成员，符合一户一宅规定；\n"
    "二、拟建地块符合村庄规划，不占用永久基本农田；\n"
    "三、面积和层数不超过本省规定的标准。"
)
_SAMPLE_QUESTIONS = (
    "问：旧房翻建要不要重新申请？\n答：四至、面积、高度有一项改变的，应当申请；都不改变的，按日常修缮办理。\n"
    "问：本人在外地怎么办？\n答：可以书面委托村便民服务站代办员代办，代办不收费。"
)


def _sample_materials() -> tuple[GuideMaterial, ...]:
    return (
        GuideMaterial(
            "农村宅基地和建房（规划许可）申请表",
            1,
            0,
            kept_by="由窗口收存",
            issuer="窗口、村便民服务站免费提供",
            usage="申请人签名，可以由代办员代填后当面核读",
        ),
        GuideMaterial("居民身份证", 1, 1, kept_by="核验后退还", issuer="公安机关", usage="全体家庭成员"),
        GuideMaterial("户口簿", 0, 0, shared=True, issuer="公安机关", note="由窗口通过数据共享核对"),
        GuideMaterial(
            "村民会议讨论通过的记录", 1, 0, issuer="村民委员会", issue_requirement="三个月以内，已经公示"
        ),
        GuideMaterial(
            "相邻户权利人意见书", 1, 0, required=False, promisable=True, usage="涉及相邻关系的提供"
        ),
    )


def _sample_steps() -> tuple[GuideStep, ...]:
    return (
        GuideStep("收件", "村便民服务站", "当场"),
        GuideStep("报送", "村便民服务站", "3个工作日"),
        GuideStep("受理", "镇便民服务中心", "2个工作日"),
        GuideStep("联合踏勘", "农业农村、自然资源、林业部门", "5个工作日"),
        GuideStep("决定", "镇人民政府", "3个工作日"),
        GuideStep("送达", "村便民服务站", "2个工作日"),
    )


def _sample_elements() -> tuple[GuideElement, ...]:
    return (
        GuideElement("通办范围", "全区任一便民服务站可以收件"),
        GuideElement("是否支持预约", "是"),
        GuideElement("是否支持物流快递", "是"),
    )


def sample() -> ItemGuide:
    """Return a usual guide of two or three pages."""
    return ItemGuide(
        organ=people.APPROVAL_OFFICE,
        name=people.BUILDING_ITEM,
        code=people.BUILDING_ITEM_CODE,
        version=3,
        effective_from=date(2026, 9, 1),
        item_type="行政许可",
        department=people.FARM_OFFICE,
        co_departments=(people.LAND_OFFICE, people.FOREST_OFFICE),
        handling_kind="联办件",
        service_objects=("自然人",),
        decides_at="乡镇（街道）",
        result_name="乡村建设规划许可证、农村宅基地批准书",
        content="农村村民使用宅基地新建、改建、扩建、翻建住宅的用地和规划许可。",
        basis="《中华人民共和国土地管理法》第六十二条；《中华人民共和国城乡规划法》第四十一条。",
        conditions=_SAMPLE_CONDITIONS,
        not_needed_when="不改变四至、面积、高度的日常修缮，不需要办理本许可。",
        materials=_sample_materials(),
        fee="不收费",
        statutory_limit="20个工作日",
        promised_limit="12个工作日",
        promised_note="自乡镇受理之日的次日起计算",
        excluded=("公示（7日）", "联合踏勘", "申请人补正"),
        procedure="申请人向所在村便民服务站提出，也可以直接到乡镇便民服务中心提出；材料不齐的，当场一次性告知。",
        steps=_sample_steps(),
        place="各村便民服务站；魏城镇便民服务中心3号窗口",
        hours="工作日9:00至12:00、13:00至17:00",
        enquiries="到站、电话咨询均可",
        enquiry_phone=people.TOWNSHIP_PHONE,
        complaint_phone=people.COMPLAINT_PHONE,
        service_days="每周二、周四联合踏勘",
        questions=_SAMPLE_QUESTIONS,
        common_errors=(
            "一、四至与相邻户所填不一致，相邻户未签名；\n二、家庭成员只填户主一人；\n三、申请面积包含院坝。"
        ),
        remedies="对决定不服的，可以自收到之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。",
        elements=_sample_elements(),
    )


def sample_long() -> ItemGuide:
    """Return a guide with every element filled in, many materials and questions."""
    usual = sample()
    materials = tuple(
        replace(
            usual.materials[number % 5],
            name=f"建设项目使用林地可行性报告、现状调查表及相关证明文件（第{number}册，含附图、附表）",
            basis=f"《某某管理办法》第{number}条第（三）项",
        )
        for number in range(1, 25)
    )
    question = (
        "问：第{}种情形（权属登记用字与身份证不一致）怎么办？\n答：先由村民委员会出具说明，再按补正办理。"
    )
    elements = tuple(
        GuideElement(
            f"要素名称{number}", f"按照政务服务平台基础数据规范填写的第{number}项要素内容，供公众查阅。"
        )
        for number in range(1, 29)
    )
    return replace(
        usual,
        name=f"{people.BUILDING_ITEM}——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        version=12,
        materials=materials,
        must_appear=True,
        window="每年3月1日至10月31日",
        statutory_note="两个以上部门联合办理的，不超过四十五个工作日，可以延长十五个工作日",
        questions="\n".join(question.format(number) for number in range(1, 21)),
        sample_text="申请表填写示范见窗口所贴样表；姓名按居民身份证所载填写，生僻字写清部件，不以同音字代替。",
        elements=elements,
    )


def sample_sparse() -> ItemGuide:
    """Return a guide of an item of which the catalogue says hardly more than its name."""
    return ItemGuide(
        organ=people.APPROVAL_OFFICE,
        name="查阅村务公开档案",
        code="",
        version=1,
        effective_from=date(2026, 9, 1),
        department="",
        handling_kind="即办件",
        content="",
        basis="",
        conditions="",
        procedure="",
        fee="",
        statutory_limit="",
        promised_limit="",
        materials=(),
    )


PAPER = Paper(
    name="item_guide",
    title="办事指南",
    data_class=ItemGuide,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("办事指南",),
    basis=("行政许可法第三十条（公示）", "GB/T 39046—2020《政务服务平台基础数据规范》表4", "六个公开"),
)
