"""A small county for tests: one village, its township, the county window and a department, with four items."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from itertools import count
from typing import Any

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.catalogue import Catalogue, HandlingKind, ItemStatus, Keeper, Material, ServiceItem
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import CaseEvent, Hand, Versions
from stationapp.domain.numbers import BatchNumber, EnquiryCode, ReceiptNumber
from stationapp.domain.organisation import Desk, DeskKind, Level, Organisation, Person, Post, PostKind
from stationapp.domain.time_limits import Limit, LimitUnit

VILLAGE = "510704105209"
TOWNSHIP = "510704105000"
WINDOW = "510704000000"
DEPARTMENT = "510704000000-mzj"
CHINA = timezone(timedelta(hours=8))
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)
CALENDAR = WorkCalendar("test", range(2026, 2027), frozenset(), frozenset())
ID_NUMBER = "510721194203078528"


def desks() -> tuple[Desk, ...]:
    """The four desks."""
    return (
        Desk(
            VILLAGE,
            "抗香村便民服务室",
            Level.VILLAGE,
            VILLAGE,
            parent=TOWNSHIP,
            organ="抗香村",
            organ_short="抗香村",
        ),
        Desk(
            TOWNSHIP,
            "沉抗镇便民服务中心",
            Level.TOWNSHIP,
            TOWNSHIP,
            parent=WINDOW,
            organ="沉抗镇人民政府",
            organ_short="游仙沉抗",
        ),
        Desk(
            WINDOW,
            "游仙区政务服务中心",
            Level.COUNTY,
            WINDOW,
            organ="游仙区政务服务中心",
            organ_short="游仙政务",
        ),
        Desk(
            DEPARTMENT,
            "游仙区民政局",
            Level.COUNTY,
            WINDOW,
            DeskKind.DEPARTMENT,
            WINDOW,
            "绵阳市游仙区民政局",
            "游仙民",
        ),
    )


_POSTS = (
    ("agent", VILLAGE, PostKind.AGENT, "代办员", "p-agent", "p-agent-b"),
    ("clerk", TOWNSHIP, PostKind.CLERK, "综合窗口", "p-clerk", "p-clerk-b"),
    ("township-approver", TOWNSHIP, PostKind.APPROVER, "分管负责人", "p-mayor", ""),
    ("window", WINDOW, PostKind.WINDOW, "县级综合窗口", "p-window", "p-window-b"),
    ("officer", DEPARTMENT, PostKind.OFFICER, "经办人", "p-officer", ""),
    ("approver", DEPARTMENT, PostKind.APPROVER, "审批人", "p-approver", ""),
)


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


def catalogue(version: int = 1) -> Catalogue:
    """One item for each level and a suspended one."""
    return Catalogue(
        version,
        "2026-01-01T00:00:00+08:00",
        (
            item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, name="临时救助"),
            item(TOWNSHIP_ITEM, Level.TOWNSHIP, HandlingKind.IMMEDIATE, name="养老保险参保登记"),
            item(VILLAGE_ITEM, Level.VILLAGE, HandlingKind.IMMEDIATE, name="社保卡状态查询"),
            item(SUSPENDED_ITEM, Level.COUNTY, HandlingKind.COMMITTED, status=ItemStatus.SUSPENDED),
        ),
    )


def hand(post_id: str, person_id: str = "") -> Hand:
    """The hand of a post's A holder, or of the named person."""
    post = organisation().post(post_id)
    assert post is not None
    person = person_id or post.holder_a
    return Hand(post.desk_id, post_id, person, f"测试{person[2:]}", str(post.side_of(person)))


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
    }


_serials = count(1)


def event(
    case_id: str, move: str, by: Hand, facts: dict[str, Any] | None = None, at: datetime = NOON
) -> CaseEvent:
    """An event with a fresh id."""
    return CaseEvent(f"event-{next(_serials)}", case_id, move, at, by, facts or {}, Versions(1, 1, "test"))


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
FACTS: dict[str, dict[str, Any]] = {
    "examine": {"opinion": "材料齐全，同意转报。"},
    "accept": {**DUE, "document_number": "游仙政务受〔2026〕010001号"},
    "assign": {"to_desk": DEPARTMENT},
    "review": {"opinion": "符合条件。"},
    "grant": {"reason": "符合条件，准予。", "document_number": "游仙民准决〔2026〕010001号"},
    "refuse": {"reason": "不符合条件。", "document_number": "游仙民不决〔2026〕010001号"},
    "request_supplement": {
        "to_desk": VILLAGE,
        "missing": MISSING,
        "deadline": "2026-12-01",
        "document_number": "游仙沉抗补告〔2026〕010001号",
    },
    "supply": {"materials": [{"material_id": "booklet", "name": "户口簿", "originals": 1, "copies": 2}]},
    "serve": {
        "manner": "in_person",
        "recipient": "吴䶮",
        "served_on": "2026-11-20",
        "document_number": "抗香村送〔2026〕010001号",
    },
    "recall": {"reason": "装错批次"},
    "decline_handover": {"reason": "件数不符"},
    "withdraw": {"reason": "申请人不办了"},
    "void": {"reason": "录入错误"},
    "handle_directly": {"result_name": "查询结果"},
}
