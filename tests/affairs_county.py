"""The small county with what affairs need besides: a complaint post, a chief, and what each affair is opened with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from small_county import CALENDAR, CHINA, DEPARTMENT, TOWNSHIP, VILLAGE, WINDOW, event
from small_county import organisation as small_organisation
from stationapp.domain.case import Case
from stationapp.domain.case_flow import case_of, judge
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.numbers import EnquiryCode, ReceiptNumber
from stationapp.domain.organisation import Organisation, Person, Post, PostKind

CREDIT_CODE = "91510704MA62345671"
FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)
_EXTRA = (
    Post("supervisor", WINDOW, PostKind.SUPERVISOR, "监察岗", "p-supervisor", "p-supervisor-b"),
    Post("affairs-chief", TOWNSHIP, PostKind.CHIEF, "首席代表", "p-township-chief"),
)
_serials = count(1)


def organisation(version: int = 1) -> Organisation:
    """The small county's organisation with a complaint post at the county window and a chief in the township."""
    small = small_organisation(version)
    kept = tuple(post for post in small.posts if post.post_id not in {one.post_id for one in _EXTRA})
    ids = sorted({i for post in _EXTRA for i in (post.holder_a, post.holder_b) if i and not small.person(i)})
    persons = tuple(Person(person_id, f"测试{person_id[2:]}", person_id) for person_id in ids)
    return replace(small, posts=kept + _EXTRA, persons=small.persons + persons)


def hand(post_id: str, person_id: str = "") -> Hand:
    """The hand of a post's A holder, or of the named person."""
    post = organisation().post(post_id)
    assert post is not None
    person = person_id or post.holder_a
    return Hand(post.desk_id, post_id, person, f"测试{person[2:]}", str(post.side_of(person)))


AGENT, CLERK, COUNTY_WINDOW, OFFICER = hand("agent"), hand("clerk"), hand("window"), hand("officer")
SUPERVISOR, CHIEF = hand("supervisor"), hand("affairs-chief")

FACTS: dict[str, dict[str, Any]] = {
    "book_appointment": {
        "to_desk": TOWNSHIP,
        "day": "2026-11-23",
        "slot": "09:30",
        "seat": 1,
        "manner": "office",
    },
    "rebook_appointment": {"to_desk": TOWNSHIP, "day": "2026-11-24", "slot": "10:00", "seat": 1},
    "ask_question": {"question": "低保怎么申请？", "channel": "phone", "to_desk": TOWNSHIP},
    "answer_question": {"answer": "向村便民服务室提出。", "basis": "临时救助办事指南"},
    "file_complaint": {
        "accused_desk": TOWNSHIP,
        "matter": "窗口上班时间没有人。",
        "channel": "phone",
        "to_desk": WINDOW,
    },
    "reply_complaint": {"outcome": "upheld", "finding": "情况属实。", "measures": "已调整排班。"},
    "leave_post": {
        "post_id": "agent",
        "person_id": "p-agent",
        "cause": "meeting",
        "from_on": "2026-11-20",
        "from_at": "13:00",
        "until_on": "2026-11-20",
        "until_at": "16:00",
    },
    "open_extra_hours": {
        "session": "saturday",
        "day": "2026-11-21",
        "from_at": "09:00",
        "until_at": "17:00",
    },
    "open_project": {"credit_code": CREDIT_CODE, "to_person": "p-clerk"},
    "raise_dispute": {"to_desk": DEPARTMENT, "matter": "材料清单口径不一致。"},
    "suggest_change": {"to_desk": WINDOW, "words": "指南没有写要带户口簿。"},
    "open_duty": {
        "day": "2026-11-20",
        "from_at": "09:00",
        "until_at": "17:00",
        "leader": "测试mayor",
        "staff": "测试clerk",
    },
}


def application(subject: str = "咨询低保", name: str = "吴䶮", phone: str = "13900000001") -> dict[str, Any]:
    """What an affair is opened with instead of an application for an item."""
    return {
        "item_code": "",
        "item_version": 0,
        "item_name": subject,
        "applicant": {"name": name, "document_kind": "", "document_number": "", "phone": phone},
        "form": {},
        "materials": [],
    }


def opening_facts(move: str, by: Hand, at: datetime = FRIDAY, **changes: Any) -> dict[str, Any]:
    """The facts an affair is opened with."""
    serial = next(_serials)
    number = ReceiptNumber(by.desk_id[:12], at.date(), 1, serial)
    return {
        "application": application(),
        "receipt_number": str(number),
        "enquiry_code": str(EnquiryCode.from_random(serial.to_bytes(16, "big"))),
        **FACTS.get(move, {}),
        **changes,
    }


class Affair:
    """An affair under way: each step is judged, and only then folded."""

    def __init__(self, move: str, by: Hand, at: datetime = FRIDAY, **changes: Any) -> None:
        self.events: list[CaseEvent] = []
        self._go(move, by, opening_facts(move, by, at, **changes), at)

    @property
    def case(self) -> Case:
        case = case_of(self.events)
        assert case is not None
        return case

    def go(self, move: str, by: Hand, at: datetime = FRIDAY, **facts: Any) -> Affair:
        """Make a move that must be possible."""
        self._go(move, by, {**FACTS.get(move, {}), **facts}, at)
        return self

    def refusals(self, move: str, by: Hand, at: datetime = FRIDAY, **facts: Any) -> tuple[str, ...]:
        """Why a move is not possible."""
        step = event("affair", move, by, {**FACTS.get(move, {}), **facts}, at)
        return codes(step, self.case)

    def _go(self, move: str, by: Hand, facts: dict[str, Any], at: datetime) -> None:
        step = event("affair", move, by, facts, at)
        found = codes(step, case_of(self.events))
        assert not found, found
        self.events.append(step)


def codes(step: CaseEvent, case: Case | None = None) -> tuple[str, ...]:
    """The codes of the reasons why an event may not happen."""
    return tuple(one.code for one in judge(Situation(case, organisation(), None, CALENDAR), step))


def opening_refusals(move: str, by: Hand, at: datetime = FRIDAY, **changes: Any) -> tuple[str, ...]:
    """Why an affair cannot be opened like that."""
    return codes(event("affair", move, by, opening_facts(move, by, at, **changes), at))


__all__ = ["DEPARTMENT", "TOWNSHIP", "VILLAGE", "WINDOW"]
