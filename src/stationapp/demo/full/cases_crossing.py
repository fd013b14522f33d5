"""A case for every row of the truth table of crossing acts that a story can play."""

from __future__ import annotations

from dataclasses import replace

from stationapp.demo.full.facts import day, next_workday, only_the_lead_came
from stationapp.demo.full.scenario import HUB, Beat, Cross, Scenario, Step, Wait, do
from stationapp.demo.full.ways import (
    END,
    FROM_TOWN,
    INTO_COUNTY,
    TO_TOWN,
    TO_WINDOW,
    TOWN_GRANT,
)

NOT_PLAYED = {
    "receive × receive, one receipt number": "要有被复制的电脑才会发生，故事里没有",
    "hand_over × hand_over, one batch number": "要有被复制的电脑才会发生，故事里没有",
}
"""Rows that need a PC somebody copied, and why the story cannot play them."""

_AGED, _JOIN, _FOOD = "80周岁以上老年人高龄津贴", "城乡居民基本养老保险参保登记", "食品经营许可核发"
_SUBSIDY, _HOUSING, _AIDS = "困难残疾人生活补贴", "公共租赁住房申请资格审核认定", "残疾人基本型辅助器具"
_TREES, _SUSPENDED, _RENEWAL = "林木采伐许可证核发", "就业困难人员认定", "残疾人证换领"

_HERE: tuple[Beat, ...] = (do("agent", "receive"),)
_SENT: tuple[Beat, ...] = (*_HERE, do("agent", "hand_over"))
_SIGNED: tuple[Beat, ...] = (*_SENT, do("clerk", "sign_for"))
_AT_TOWN: tuple[Beat, ...] = (do("clerk", "receive"), do("clerk", "accept"), do("reviewer", "review"))
_AT_WINDOW: tuple[Beat, ...] = (*_SIGNED, *TO_WINDOW, do("window", "register"))
_ACCEPTED: tuple[Beat, ...] = (*_SIGNED, *TO_WINDOW, do("window", "register"), do("window", "accept"))
_ASSIGNED: tuple[Beat, ...] = (*_SIGNED, *TO_WINDOW, *INTO_COUNTY)
_REVIEWED: tuple[Beat, ...] = (*_ASSIGNED, do("officer", "review"))
_ASKED: tuple[Beat, ...] = (*_ASSIGNED, do("officer", "fan_out"))
_PART_SIGNED: tuple[Beat, ...] = (*_ASKED, do("cl.officer", "sign_for_part"))
_VISITED: tuple[Beat, ...] = (
    *_PART_SIGNED,
    do("officer", "call_site_visit"),
    do("cl.officer", "acknowledge_visit"),
    Wait(1),
    do("officer", "record_site_visit", attended=only_the_lead_came),
)
_UNHEARD: tuple[Beat, ...] = (
    *_PART_SIGNED,
    do("officer", "call_site_visit"),
    Wait(1),
    do("officer", "record_site_visit", attended=only_the_lead_came),
)
_URGED: tuple[Beat, ...] = (
    *_PART_SIGNED,
    do("cl.officer", "give_opinion"),
    do("officer", "publicise"),
    do("officer", "review"),
    do("window", "urge"),
    do("officer", "acknowledge_urging"),
)
_RESULT_SENT: tuple[Beat, ...] = (*TO_TOWN, *TOWN_GRANT, do("clerk", "send_result"))
_RESULT_HERE: tuple[Beat, ...] = (*TO_TOWN, *TOWN_GRANT, *FROM_TOWN)
_SUPPLEMENT: tuple[Beat, ...] = (*_SIGNED, do("clerk", "request_supplement", deadline=day(6)))

_SILENT, _LATE, _OVERDUE, _LONG_AFTER = 9, 10, 16, 60
"""Days after which silence is complete, an answer is too late, a department's letter and a promise are overdue."""
_AFTER_GRACE = 40


def _case(
    row: str,
    item: str,
    way: tuple[Beat, ...],
    first: Step,
    second: Step,
    days: tuple[int, int] = (0, 0),
    *,
    at: str = "kangxiang",
    person: int | None = None,
    lacks: int = 0,
) -> Scenario:
    beats = (*way, Cross(row, first, second, days))
    return Scenario("", f"交叉：{row}", item, None, beats, at, person=person, lacks=lacks)


def _two_pcs(row: str, item: str, way: tuple[Beat, ...], one: str, other: str, move: str) -> Scenario:
    return _case(row, item, way, do(one, move), do(other, move))


_SWEEP = do(HUB, "sweep")
_ROWS = (
    # On the way.
    _case("recall × sign_for", _JOIN, _SENT, do("agent", "recall"), do("clerk", "sign_for")),
    _case("recall × sign_for", _JOIN, _SENT, do("agent", "recall"), do("clerk", "sign_for"), at="tongwa"),
    _case("recall × decline_handover", _JOIN, _SENT, do("agent", "recall"), do("clerk", "decline_handover")),
    _case(
        "recall × sign_for_result", _JOIN, _RESULT_SENT, do("clerk", "recall"), do("agent", "sign_for_result")
    ),
    _case(
        "sign_for × decline_handover",
        _JOIN,
        _SENT,
        do("clerk", "sign_for"),
        do("clerk-b@2", "decline_handover"),
    ),
    _two_pcs("recall × recall", _JOIN, _SENT, "agent", "deputy@2", "recall"),
    _case(
        "request_withdrawal × sign_for",
        _JOIN,
        _SENT,
        do("agent", "request_withdrawal"),
        do("clerk", "sign_for"),
    ),
    # Withdrawals.
    _case("withdraw × grant", _JOIN, _AT_TOWN, do("clerk", "withdraw"), do("head@2", "grant"), at="chenkang"),
    _case(
        "withdraw × refuse", _JOIN, _AT_TOWN, do("clerk@2", "withdraw"), do("head", "refuse"), at="chenkang"
    ),
    _case(
        "request_withdrawal × grant",
        _AGED,
        _REVIEWED,
        do("agent", "request_withdrawal"),
        do("approver", "grant"),
    ),
    _case(
        "request_withdrawal × refuse",
        _AGED,
        _REVIEWED,
        do("agent", "request_withdrawal"),
        do("approver", "refuse"),
        at="tongwa",
    ),
    _case(
        "request_withdrawal × accept",
        _AGED,
        _AT_WINDOW,
        do("agent", "request_withdrawal"),
        do("window", "accept"),
    ),
    _case(
        "request_withdrawal × request_supplement",
        _AGED,
        _SIGNED,
        do("agent", "request_withdrawal"),
        do("clerk", "request_supplement"),
        at="tongwa",
    ),
    _case("hand_over × withdraw", _JOIN, _HERE, do("agent", "hand_over"), do("deputy@2", "withdraw")),
    _two_pcs("withdraw × withdraw", _JOIN, _HERE, "agent", "deputy@2", "withdraw"),
    _case(
        "withdraw × give_opinion",
        _SUBSIDY,
        (*_PART_SIGNED, do("agent", "request_withdrawal")),
        do("officer", "withdraw"),
        do("cl.officer@2", "give_opinion"),
    ),
    # Supplements.
    _case(
        "supply × close_unsupplied, in time",
        _JOIN,
        _SUPPLEMENT,
        do("agent", "supply"),
        do("clerk", "close_unsupplied"),
        (3, 8),
        at="tongwa",
    ),
    _case(
        "supply × close_unsupplied, late",
        _JOIN,
        _SUPPLEMENT,
        do("agent", "supply"),
        do("clerk", "close_unsupplied"),
        (9, 8),
        at="tongwa",
    ),
    _two_pcs("supply × supply", _JOIN, _SUPPLEMENT, "agent", "deputy@2", "supply"),
    _case("supply × withdraw", _JOIN, _SUPPLEMENT, do("agent", "supply"), do("deputy@2", "withdraw")),
    # Silence.
    _case(
        "request_supplement × deem_accepted, in time",
        _FOOD,
        _SIGNED,
        do("clerk", "request_supplement"),
        _SWEEP,
        (0, _SILENT),
    ),
    _case(
        "request_supplement × deem_accepted, late",
        _FOOD,
        _SIGNED,
        Step("clerk", "request_supplement", denied="deemed-accepted"),
        _SWEEP,
        (_LATE, _SILENT),
    ),
    _case("accept × deem_accepted, in time", _FOOD, _SIGNED, do("clerk", "accept"), _SWEEP, (0, _SILENT)),
    _case(
        "accept × deem_accepted, late, counted from the day of receipt",
        _FOOD,
        _SIGNED,
        do("clerk", "accept"),
        _SWEEP,
        (_LATE, _SILENT),
    ),
    _case(
        "decline_acceptance × deem_accepted, in time",
        _FOOD,
        _SIGNED,
        do("clerk", "decline_acceptance"),
        _SWEEP,
        (0, _SILENT),
    ),
    _case(
        "decline_acceptance × deem_accepted, late",
        _FOOD,
        _SIGNED,
        Step("clerk", "decline_acceptance", denied="deemed-accepted"),
        _SWEEP,
        (_LATE, _SILENT),
    ),
    _case(
        "return_application × deem_accepted, in time",
        _FOOD,
        _SIGNED,
        do("clerk", "return_application"),
        _SWEEP,
        (0, _SILENT),
    ),
    _case(
        "tell_not_needed × deem_accepted, in time",
        _TREES,
        _AT_WINDOW,
        do("window", "tell_not_needed"),
        _SWEEP,
        (0, _SILENT),
    ),
    _case("send_back × deem_accepted", _FOOD, _SIGNED, do("clerk", "send_back"), _SWEEP, (0, _SILENT)),
    # Two PCs of one desk, A post and B post.
    _two_pcs("hand_over × hand_over", _JOIN, _HERE, "agent", "deputy@2", "hand_over"),
    _case(
        "receive × receive, completing",
        _JOIN,
        (do("agent", "note_missing"),),
        do("agent", "receive"),
        do("deputy@2", "receive"),
        lacks=1,
    ),
    _two_pcs("serve × serve", _JOIN, _RESULT_HERE, "agent", "deputy@2", "serve"),
    _case("propose_void × hand_over", _JOIN, _HERE, do("deputy@2", "propose_void"), do("agent", "hand_over")),
    _case(
        "void × hand_over",
        _JOIN,
        (*_HERE, do("agent", "propose_void")),
        do("deputy@2", "void"),
        do("agent", "hand_over"),
    ),
    _two_pcs("accept × accept", _JOIN, _SIGNED, "clerk", "clerk-b@2", "accept"),
    _case("grant × refuse", _AGED, _REVIEWED, do("approver", "grant"), do("approver-b@2", "refuse")),
    _two_pcs("review × review", _AGED, _ASSIGNED, "officer", "officer-b@2", "review"),
    _case(
        "reassign × review",
        _AGED,
        _ASSIGNED,
        do("chief", "reassign", to_person="p-minzheng-4"),
        do("officer@2", "review"),
    ),
    _case("send_back × accept", _JOIN, _SIGNED, do("clerk", "send_back"), do("clerk-b@2", "accept")),
    _case(
        "request_supplement × accept",
        _JOIN,
        _SIGNED,
        do("clerk@2", "request_supplement"),
        do("clerk-b", "accept"),
    ),
    _two_pcs("assign × assign", _AGED, _ACCEPTED, "window", "window-b@2", "assign"),
    _case(
        "start_special × grant", _AIDS, _REVIEWED, do("officer", "start_special"), do("approver@2", "grant")
    ),
    _case("extend × grant", _AGED, _REVIEWED, do("approver", "extend"), do("approver-b@2", "grant")),
    _two_pcs("extend × extend", _AGED, _REVIEWED, "approver", "approver-b@2", "extend"),
    # Joint handling.
    _case(
        "give_opinion × default_part",
        _SUBSIDY,
        _PART_SIGNED,
        do("cl.officer", "give_opinion"),
        do("window@2", "default_part"),
        (_OVERDUE, _OVERDUE),
    ),
    _case(
        "sign_for_part × default_part",
        _SUBSIDY,
        _ASKED,
        do("cl.officer@2", "sign_for_part"),
        Step("window", "default_part", denied="not-proven"),
        (_OVERDUE, _OVERDUE),
    ),
    _case(
        "acknowledge_visit × default_absent",
        _SUBSIDY,
        _UNHEARD,
        do("cl.officer@2", "acknowledge_visit"),
        Step("officer", "default_absent", denied="not-proven"),
    ),
    _case(
        "give_opinion × default_absent",
        _SUBSIDY,
        _VISITED,
        do("cl.officer@2", "give_opinion"),
        do("officer", "default_absent"),
    ),
    _case(
        "give_opinion × give_opinion, two departments",
        _HOUSING,
        (*_ASKED, do("mzj.officer", "sign_for_part"), do("gaj.officer", "sign_for_part")),
        do("mzj.officer", "give_opinion"),
        do("gaj.officer@2", "give_opinion"),
    ),
    _two_pcs(
        "give_opinion × give_opinion, one department",
        _SUBSIDY,
        _PART_SIGNED,
        "cl.officer",
        "cl.officer-b@2",
        "give_opinion",
    ),
    _two_pcs(
        "sign_for_part × sign_for_part", _SUBSIDY, _ASKED, "cl.officer", "cl.officer-b@2", "sign_for_part"
    ),
    _two_pcs("fan_out × fan_out", _SUBSIDY, _ASSIGNED, "officer", "officer-b@2", "fan_out"),
    _case(
        "extend × default_decision",
        _SUBSIDY,
        _URGED,
        do("approver@2", "extend"),
        do("window", "default_decision"),
        (0, _LONG_AFTER),
    ),
    _case(
        "grant × default_decision",
        _SUBSIDY,
        _URGED,
        do("approver", "grant"),
        do("window@2", "default_decision"),
        (_LONG_AFTER, _LONG_AFTER),
    ),
    # Afterwards.
    _case("rate × rate", _JOIN, (*_RESULT_HERE, *END), do("agent", "rate"), do("clerk", "rate")),
    _case("archive × rate", _JOIN, (*_RESULT_HERE, *END), do("agent", "archive"), do("clerk", "rate")),
    _case(
        "urge × conclude",
        _JOIN,
        (*_RESULT_HERE, do("agent", "serve")),
        do("clerk", "urge"),
        do("agent", "conclude"),
    ),
    # Openings, and what the county publishes.
    _case(
        "receive × receive, one applicant",
        _RENEWAL,
        (),
        do("kangxiang.agent", "receive"),
        do("shiyuan.agent", "receive"),
        person=34,
    ),
    _case(
        "book_appointment × book_appointment",
        "养老待遇资格认证",
        (),
        do("agent", "book_appointment", day=next_workday, slot="10:00"),
        do("deputy@2", "book_appointment", day=next_workday, slot="10:00"),
    ),
    _case(
        "receive × suspension, within the grace",
        _SUSPENDED,
        (),
        do("shiyuan.agent", "receive"),
        do(HUB, "publish_catalogue"),
        (1, 0),
    ),
    _case(
        "receive × suspension, after the grace",
        _SUSPENDED,
        (),
        do("shiyuan.agent", "receive"),
        do(HUB, "publish_catalogue"),
        (_AFTER_GRACE, 0),
    ),
    _case(
        "receive × lost post, within the grace",
        _JOIN,
        (),
        do("tongwa.deputy", "receive"),
        do(HUB, "publish_organisation"),
        (1, 0),
    ),
    _case(
        "receive × lost post, after the grace",
        _JOIN,
        (),
        do("tongwa.deputy", "receive"),
        do(HUB, "publish_organisation"),
        (_AFTER_GRACE, 0),
    ),
)

CROSSINGS = tuple(replace(row, key=f"K{number:02}") for number, row in enumerate(_ROWS, start=1))
