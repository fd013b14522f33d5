"""A small county for tests: two townships with a village each, the county window and three departments, with an item
for each way in which a case can go.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cache
from itertools import count
from typing import Any

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.catalogue import (
    Catalogue,
    HandlingKind,
    ItemStatus,
    Keeper,
    Material,
    ServiceItem,
    Stage,
    StageLimit,
)
from stationapp.domain.check_character import check_character
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import CaseEvent, Hand, Versions
from stationapp.domain.numbers import BatchNumber, DocumentNumber, EnquiryCode, ReceiptNumber
from stationapp.domain.organisation import Desk, DeskKind, Level, Organisation, Person, Post, PostKind
from stationapp.domain.time_limits import Limit, LimitUnit

VILLAGE = "510704105209"
TOWNSHIP = "510704105000"
WINDOW = "510704000000"
DEPARTMENT = "510704000000-mzj"
SECOND_VILLAGE = "510704106201"
SECOND_TOWNSHIP = "510704106000"
PARTNER = "510704000000-dpf"
SECOND_PARTNER = "510704000000-zjj"
SHARED_DIVISION = "510704106202"
CHINA = timezone(timedelta(hours=8))
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)
CALENDAR = WorkCalendar("test", range(2026, 2027), frozenset(), frozenset())
ID_NUMBER = "510721194203078528"


def desks() -> tuple[Desk, ...]:
    """Both branches of the county, its window and its departments."""
    return (
        _station(VILLAGE, "抗香村便民服务室", Level.VILLAGE, TOWNSHIP, "抗香村", "抗香村"),
        _station(TOWNSHIP, "沉抗镇便民服务中心", Level.TOWNSHIP, WINDOW, "沉抗镇人民政府", "游仙沉抗"),
        _station(WINDOW, "游仙区政务服务中心", Level.COUNTY, "", "游仙区政务服务中心", "游仙政务"),
        _department(DEPARTMENT, "游仙区民政局", "游仙民"),
        _station(SECOND_VILLAGE, "云林村便民服务室", Level.VILLAGE, SECOND_TOWNSHIP, "云林村", "云林村"),
        _station(SECOND_TOWNSHIP, "忠兴镇便民服务中心", Level.TOWNSHIP, WINDOW, "忠兴镇人民政府", "游仙忠兴"),
        _department(PARTNER, "游仙区残疾人联合会", "游仙残联"),
        _department(SECOND_PARTNER, "游仙区住房和城乡建设局", "游仙住建"),
    )


def _station(desk_id: str, name: str, level: Level, parent: str, organ: str, short: str) -> Desk:
    serves = (SHARED_DIVISION,) if desk_id == SECOND_VILLAGE else ()
    return Desk(desk_id, name, level, desk_id, parent=parent, organ=organ, organ_short=short, serves=serves)


def _department(desk_id: str, name: str, short: str) -> Desk:
    return Desk(desk_id, name, Level.COUNTY, WINDOW, DeskKind.DEPARTMENT, WINDOW, f"绵阳市{name}", short)


_POSTS = (
    ("agent", VILLAGE, PostKind.AGENT, "代办员", "p-agent", "p-agent-b"),
    ("clerk", TOWNSHIP, PostKind.CLERK, "综合窗口", "p-clerk", "p-clerk-b"),
    ("township-approver", TOWNSHIP, PostKind.APPROVER, "分管负责人", "p-mayor", ""),
    ("window", WINDOW, PostKind.WINDOW, "县级综合窗口", "p-window", "p-window-b"),
    ("officer", DEPARTMENT, PostKind.OFFICER, "经办人", "p-officer", ""),
    ("approver", DEPARTMENT, PostKind.APPROVER, "审批人", "p-approver", ""),
    ("second-agent", SECOND_VILLAGE, PostKind.AGENT, "代办员", "p-second-agent", ""),
    ("second-clerk", SECOND_TOWNSHIP, PostKind.CLERK, "综合窗口", "p-second-clerk", ""),
    ("second-approver", SECOND_TOWNSHIP, PostKind.APPROVER, "分管负责人", "p-second-mayor", ""),
    ("township-chief", TOWNSHIP, PostKind.CHIEF, "首席代表", "p-township-chief", ""),
    ("window-chief", WINDOW, PostKind.CHIEF, "首席代表", "p-window-chief", ""),
    ("supervisor", WINDOW, PostKind.SUPERVISOR, "监察岗", "p-supervisor", ""),
    ("chief", DEPARTMENT, PostKind.CHIEF, "首席代表", "p-chief", ""),
    ("partner", PARTNER, PostKind.OFFICER, "经办人", "p-partner", ""),
    ("second-partner", SECOND_PARTNER, PostKind.OFFICER, "经办人", "p-second-partner", ""),
)


@cache
def organisation(version: int = 1) -> Organisation:
    """The small county's organisation."""
    posts = tuple(Post(*row) for row in _POSTS)
    ids = sorted({i for row in _POSTS for i in row[4:] if i})
    persons = tuple(Person(person_id, f"测试{person_id[2:]}", person_id) for person_id in ids)
    return Organisation(version, "510704", "游仙区", desks(), posts, persons)


def item(code: str, decides_at: Level, handling: HandlingKind, **changes: Any) -> ServiceItem:
    """A complete item of the 民政 department."""
    values: dict[str, Any] = {
        "code": code,
        "version": 1,
        "name": f"测试事项{code}",
        "item_type": "20",
        "handling": handling,
        "decides_at": decides_at,
        "department": "mzj",
        "department_name": "游仙区民政局",
        "status": ItemStatus.IN_USE,
        "effective_from": date(2026, 1, 1),
        "content": "内容",
        "basis": "依据",
        "conditions": "条件",
        "procedure": "程序",
        "fee": "不收费",
        "statutory_limit": Limit(20, LimitUnit.WORKING_DAYS),
        "promised_limit": Limit(10, LimitUnit.WORKING_DAYS),
        "materials_known": True,
        "materials": (
            Material("id-card", "居民身份证", 1, 1, keeper=Keeper.APPLICANT),
            Material("booklet", "户口簿", 1, 1),
        ),
        "result_name": "认定通知书",
    }
    return ServiceItem(**{**values, **changes})


COUNTY_ITEM = "TEST-COUNTY"
TOWNSHIP_ITEM = "TEST-TOWNSHIP"
VILLAGE_ITEM = "TEST-VILLAGE"
SUSPENDED_ITEM = "TEST-SUSPENDED"
JOINT_ITEM = "TEST-JOINT"
LICENCE_ITEM = "TEST-LICENCE"
FORWARDED_ITEM = "TEST-FORWARDED"
PROMISE_ITEM = "TEST-PROMISE"
NEEDLESS_ITEM = "TEST-NEEDLESS"
PUBLICISED_ITEM = "TEST-PUBLICISED"
LICENCE: dict[str, Any] = {"item_type": "01"}
OPINION_LIMIT = Limit(3, LimitUnit.WORKING_DAYS)
PROMISED = (
    Material("id-card", "居民身份证", 1, 1, keeper=Keeper.APPLICANT),
    Material("booklet", "户口簿", 1, 1, promisable=True),
)
_PLAIN: tuple[tuple[str, Level, HandlingKind, dict[str, Any]], ...] = (
    (COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, {"name": "临时救助"}),
    (TOWNSHIP_ITEM, Level.TOWNSHIP, HandlingKind.IMMEDIATE, {"name": "养老保险参保登记"}),
    (VILLAGE_ITEM, Level.VILLAGE, HandlingKind.IMMEDIATE, {"name": "社保卡状态查询"}),
    (SUSPENDED_ITEM, Level.COUNTY, HandlingKind.COMMITTED, {"status": ItemStatus.SUSPENDED}),
)
_SPECIAL: tuple[tuple[str, Level, HandlingKind, dict[str, Any]], ...] = (
    (
        JOINT_ITEM,
        Level.COUNTY,
        HandlingKind.JOINT,
        {
            "name": "无障碍改造联合审核",
            "co_departments": ("dpf", "zjj"),
            "default_on_timeout": True,
            "default_on_absence": True,
            "stage_limits": (StageLimit(Stage.JOINT_OPINION, OPINION_LIMIT),),
        },
    ),
    (
        LICENCE_ITEM,
        Level.COUNTY,
        HandlingKind.COMMITTED,
        {**LICENCE, "name": "社会团体成立登记", "special_procedures": ("hearing", "expert_review")},
    ),
    (
        FORWARDED_ITEM,
        Level.COUNTY,
        HandlingKind.FORWARDED,
        {"name": "慈善组织公开募捐资格初核", "decided_above_county": True},
    ),
    (
        PROMISE_ITEM,
        Level.COUNTY,
        HandlingKind.COMMITTED,
        {"name": "民办养老机构备案", "promise_allowed": True, "materials": PROMISED},
    ),
    (
        NEEDLESS_ITEM,
        Level.TOWNSHIP,
        HandlingKind.COMMITTED,
        {**LICENCE, "name": "采伐零星林木许可", "not_needed_when": "房前屋后个人所有的零星林木"},
    ),
    (PUBLICISED_ITEM, Level.COUNTY, HandlingKind.COMMITTED, {"name": "公益性公墓建设", "publicity_days": 3}),
)


@cache
def catalogue(version: int = 1) -> Catalogue:
    """One item for each level, a suspended one, and one for each special way."""
    items = (item(code, level, kind, **changes) for code, level, kind, changes in (*_PLAIN, *_SPECIAL))
    return Catalogue(version, "2026-01-01T00:00:00+08:00", tuple(items))


def hand(post_id: str, person_id: str = "") -> Hand:
    """The hand of a post's A holder, or of the named person."""
    post = organisation().post(post_id)
    assert post is not None
    person = person_id or post.holder_a
    return Hand(post.desk_id, post_id, person, f"测试{person[2:]}", str(post.side_of(person)))


def somebody(serial: int) -> str:
    """The valid number of an invented person, another one for each serial below two million."""
    years, rest = divmod(serial, 28 * 999)
    day, order = divmod(rest, 999)
    body = f"510721{1930 + years:04d}03{day + 1:02d}{order + 1:03d}"
    return body + check_character(body)


def application(code: str = COUNTY_ITEM, name: str = "吴䶮", *, complete: bool = True) -> dict[str, Any]:
    """The JSON shape of an application, with or without its household booklet."""
    found = catalogue().in_force(code, DAY)
    assert found is not None
    materials = [
        {"material_id": material.material_id, "name": material.name, "originals": 1, "copies": 1, "pages": 2}
        for material in found.materials
    ]
    return {
        "item_code": code,
        "item_version": 1,
        "item_name": found.name,
        "applicant": {"name": name, "document_kind": "resident_id", "document_number": ID_NUMBER},
        "form": {},
        "materials": materials if complete else materials[:1],
        "attorney": "paper",
    }


_serials, _papers = count(1), count(1)


def event(
    case_id: str, move: str, by: Hand, facts: dict[str, Any] | None = None, at: datetime = NOON
) -> CaseEvent:
    """An event with a fresh id."""
    own = _numbered(facts or {}, by)
    return CaseEvent(f"event-{next(_serials)}", case_id, move, at, by, own, Versions(1, 1, "test"))


def _numbered(facts: dict[str, Any], by: Hand) -> dict[str, Any]:
    """The facts with the next number of the acting organ in place of one of the patterns below."""
    desk = organisation().desk(by.desk_id)
    if desk is None or str(facts.get("document_number")) not in _PATTERNS:
        return facts
    number = DocumentNumber(f"{desk.organ_short}文", DAY.year, 1, next(_papers))
    return {**facts, "document_number": str(number)}


def receipt_facts(
    code: str = COUNTY_ITEM, serial: int = 1, station: str = VILLAGE, day: date = DAY, **changes: Any
) -> dict[str, Any]:
    """The facts of a receipt."""
    number = ReceiptNumber(station, day, 1, serial)
    facts = {
        "application": application(code),
        "receipt_number": str(number),
        "enquiry_code": str(EnquiryCode.from_random(serial.to_bytes(16, "big"))),
    }
    return {**facts, **changes}


def batch_facts(to_desk: str, station: str = VILLAGE, serial: int = 1) -> dict[str, Any]:
    """The facts of a handover."""
    number = str(BatchNumber(station, DAY, 1, serial))
    return {"to_desk": to_desk, "batch_id": f"batch-{serial}", "batch_number": number, "batch_size": 1}


DUE = {
    name: due_fact(DAY, limit, CALENDAR)
    for name, limit in (
        ("statutory_due", Limit(20, LimitUnit.WORKING_DAYS)),
        ("promised_due", Limit(10, LimitUnit.WORKING_DAYS)),
    )
}
MISSING = [{"material_id": "booklet", "name": "户口簿", "problem": "缺本人页", "standard": "复印本人页"}]
_NUMBER = "游仙民文〔2026〕010001号"
_WRITTEN = {"reason": "理由见附件。", "document_number": _NUMBER}
_REPLY = {
    **_WRITTEN,
    "organ": "绵阳市民政局",
    "reply_number": "绵民复〔2026〕1号",
    "replied_on": "2026-11-20",
}
_OPINION_DUE = due_fact(DAY, OPINION_LIMIT, CALENDAR)
FACTS: dict[str, dict[str, Any]] = {
    "examine": {"opinion": "材料齐全，同意转报。"},
    "accept": {**DUE, "document_number": "游仙政务受〔2026〕010001号"},
    "assign": {"to_desk": DEPARTMENT},
    "review": {"opinion": "符合条件。"},
    "check": {"opinion": "同意审查意见。"},
    "grant": {"reason": "符合条件，准予。", "document_number": "游仙民准决〔2026〕010001号"},
    "refuse": {"reason": "不符合条件。", "document_number": "游仙民不决〔2026〕010001号"},
    "request_supplement": {
        "to_desk": VILLAGE,
        "missing": MISSING,
        "deadline": "2026-12-01",
        "document_number": "游仙沉抗补告〔2026〕010001号",
    },
    "supply": {"materials": [{"material_id": "booklet", "name": "户口簿", "originals": 1, "copies": 2}]},
    "close_unsupplied": _WRITTEN,
    "decline_acceptance": {**_WRITTEN, "competent_organ": "绵阳市民政局"},
    "tell_not_needed": _WRITTEN,
    "return_application": _WRITTEN,
    "send_back": {"to_desk": VILLAGE, "reason": "姓名录错"},
    "publicise": {
        "publicity_from": "2026-11-20",
        "publicity_to": "2026-11-22",
        "place": "村务公开栏",
        "evidence": "照片 1 张",
    },
    "start_special": {**_WRITTEN, "procedure": "hearing", "expected_days": 10},
    "end_special": {"result": "已听证", "ended_on": "2026-11-20"},
    "extend": {**_WRITTEN, "days": 5, "approved_by": "局长"},
    "default_decision": _WRITTEN,
    "report_up": {"opinion": "符合条件，请批复。", "organ": "绵阳市民政局", "document_number": _NUMBER},
    "record_reply_granted": _REPLY,
    "record_reply_refused": _REPLY,
    "record_reply_returned": {"organ": "绵阳市民政局", "reason": "缺少附图"},
    "fan_out": {
        "parts": [
            {"desk_id": PARTNER, "matter": "核对残疾等级", "due": _OPINION_DUE},
            {"desk_id": SECOND_PARTNER, "matter": "核对改造方案", "due": _OPINION_DUE},
        ],
        "document_number": _NUMBER,
    },
    "give_opinion": {"outcome": "agree", "opinion": "同意。", "document_number": _NUMBER},
    "call_site_visit": {
        "visit_on": "2026-11-20",
        "meet_at": "九时，区政务服务中心门口",
        "desks": [PARTNER, SECOND_PARTNER],
    },
    "record_site_visit": {
        "attended": [{"desk_id": DEPARTMENT, "person": "测试officer"}],
        "finding": "现场与方案一致。",
        "document_number": _NUMBER,
    },
    "default_part": {**_WRITTEN, "desk_id": PARTNER},
    "close_part": {"desk_id": PARTNER, "reason": "逾期未回执"},
    "default_absent": {**_WRITTEN, "desk_id": PARTNER},
    "record_meeting": {"attended_by": "民政局、残联", "decision": "同意改造。"},
    "notify_collection": {
        "where": "抗香村便民服务室",
        "until": "2026-12-20",
        "bring": "身份证",
        "document_number": _NUMBER,
    },
    "serve": {
        "manner": "in_person",
        "recipient": "吴䶮",
        "served_on": "2026-11-20",
        "document_number": "抗香村送〔2026〕010001号",
    },
    "rate": {"satisfaction": "1", "channel": "hall_tablet"},
    "rectify": {"measures": "已当面说明并改进。", "called_back_on": "2026-11-20"},
    "archive": {"shelf_number": "2026-民-0001"},
    "recall": {"reason": "装错批次"},
    "decline_handover": {"reason": "件数不符"},
    "withdraw": {"reason": "申请人不办了", "document_number": _NUMBER, "written_request": "11月20日吴䶮签名"},
    "request_withdrawal": {"reason": "申请人不想办了", "written_request": "11月20日吴䶮签名"},
    "note_attorney": {"attorney": "paper"},
    "dismiss_withdrawal": {"reason": "申请人已改变主意"},
    "urge": {"words": "申请人询问进度。"},
    "propose_void": {"kind": "void", "reason": "重复录入"},
    "prioritise": {"reason": "申请人年满八十岁"},
    "note_external": {"system": "金民工程", "external_number": "JM-1"},
    "reassign": {"to_person": "p-officer"},
    "check_promise": {"outcome": "kept", "finding": "材料已补交。"},
    "handle_directly": {"result_name": "查询结果"},
    "appeal_card": {"finding_id": "finding-1", "reason": "系统停电所致。", "to_desk": WINDOW},
    "decide_appeal": {"finding_id": "finding-1", "outcome": "revoked", "reason": "情况属实。"},
    "supervise": {"words": "请尽快办理。"},
}
_PATTERNS = {facts["document_number"] for facts in FACTS.values() if "document_number" in facts}
