"""What the papers are given to say: due dates one by one, days of publicity, whom a result was served on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from county_at_work import County, draft, stored_events
from small_county import CHINA, FACTS, ID_NUMBER, TOWNSHIP_ITEM, VILLAGE_ITEM, catalogue
from stationapp.documents.forms.service_certificate import ServiceCertificate
from stationapp.domain.case import Case
from stationapp.domain.time_limits import working_days_between
from stationapp.platform.clock import SteppingClock
from stationapp.services import intake
from stationapp.services.gathering import (
    acceptance_notice,
    decision,
    material_receipt,
    routing_slip,
    service_certificate,
)
from stationapp.services.gathering.matter import Matter, result_documents
from stationapp.services.workplace import References, Workplace

FIRST, LAST = date(2026, 11, 23), date(2026, 11, 29)
PUBLICITY = {
    "publicity_from": FIRST.isoformat(),
    "publicity_to": LAST.isoformat(),
    "place": "村务公开栏",
    "evidence": "照片0001",
}


def matter(workplace: Workplace, case: Case, move: str) -> Matter:
    """A paper about the last event of a move."""
    history = tuple(stored_events(workplace, case.case_id))
    with workplace.store.read() as unit:
        record = unit.cases.get(case.case_id)
    assert record is not None
    event = next(row.event for row in reversed(history) if row.event.move == move)
    return Matter(workplace, record.case, event, history)


def set_clock(workplace: Workplace, moment: datetime) -> None:
    assert isinstance(workplace.clock, SteppingClock)
    workplace.clock.set_to(moment)


def publicised(county: County) -> Case:
    """A case of an item with seven days of publicity, accepted on the 20th and granted on the 30th."""
    items = tuple(replace(row, publicity_days=7) for row in catalogue().items)
    for post in ("agent", "clerk", "township-approver"):
        old = county.at(post).references
        county.at(post).references = References(
            old.organisation, replace(catalogue(), items=items), old.calendar
        )
    case, _ = intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))
    county.send("agent", case)
    county.sign("clerk", case)
    county.act("clerk", case, "accept")
    county.act("clerk", case, "publicise", **PUBLICITY)
    set_clock(county.at("township-approver"), datetime(2026, 11, 30, 9, tzinfo=CHINA))
    return county.act("township-approver", case, "grant", reason="准予。")


def test_the_days_of_publicity_count_neither_as_used_nor_against_the_limits(county: County) -> None:
    case, mayor = publicised(county), county.at("township-approver")
    accepted = case.when("accept")
    assert accepted is not None
    slip = routing_slip.gather(matter(mayor, case, "grant"))
    stated = date.fromisoformat(case.fact("accept", "promised_due")["day"])
    lost = working_days_between(FIRST - timedelta(days=1), LAST, mayor.calendar).days
    assert lost == 5
    assert slip.promised_due is not None
    assert working_days_between(stated, slip.promised_due, mayor.calendar).days == lost
    assert [step.used for step in slip.steps if step.used] == ["1个工作日"]


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(days=3, hours=1), "县级平台收到：2026年11月24日 10:00"),
        (timedelta(minutes=-1), "县级平台收到：2026年11月21日 8:59"),
        (
            timedelta(days=-365),
            "县级平台收到：2025年11月21日 9:00（收件时本机时钟偏快，以此为准）",
        ),
    ],
)
def test_a_receipt_printed_again_says_when_the_hub_received_it(
    county: County, later: timedelta, said: str
) -> None:
    agent = county.at("agent")
    set_clock(agent, datetime(2026, 11, 21, 9, tzinfo=CHINA))
    case, _ = intake.receive(agent, draft(TOWNSHIP_ITEM))
    printed = matter(agent, case, "receive")
    assert material_receipt.gather(printed).hub_time == ""
    (first, *rest) = printed.history
    confirmed = replace(first, received_at=(first.event.at + later).astimezone(UTC))
    again = material_receipt.gather(replace(printed, history=(confirmed, *rest)))
    assert again.hub_time == said
    assert replace(again, hub_time="") == material_receipt.gather(printed)


def test_the_decision_says_when_it_was_publicised(county: County) -> None:
    case = publicised(county)
    data = decision.gather(matter(county.at("township-approver"), case, "grant"))
    assert "已于2026年11月23日至2026年11月29日公示。" in data.facts


def test_a_certain_due_date_is_not_marked_because_the_other_is_provisional(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))
    clerk = county.at("clerk")
    county.send("agent", case)
    county.sign("clerk", case)
    set_clock(clerk, datetime(2026, 12, 14, 9, tzinfo=CHINA))
    county.act("clerk", case, "accept")
    for gather in (acceptance_notice.gather, routing_slip.gather):
        data: Any = gather(matter(clerk, case, "accept"))
        assert (data.promised_provisional, data.statutory_provisional) == (False, True)


def served(county: County, **changes: str) -> ServiceCertificate:
    case, _ = intake.receive(county.at("agent"), draft(VILLAGE_ITEM))
    county.act("agent", case, "handle_directly", result_name="查询结果")
    facts = {name: fact for name, fact in FACTS["serve"].items() if name != "document_number"}
    county.act("agent", case, "serve", **{**facts, **changes})
    return service_certificate.gather(matter(county.at("agent"), case, "serve"))


@pytest.mark.parametrize(
    ("changes", "taken_by"),
    [
        ({"manner": "in_person"}, ""),
        ({"manner": "post", "waybill": "测试0001", "sent_on": "2026-11-19"}, ""),
        ({"manner": "household", "recipient": "王㛃", "relation": "女儿"}, "王㛃"),
        ({"manner": "left", "recipient": "王㛃", "witness": "钟𬭎"}, "王㛃"),
    ],
)
def test_only_somebody_else_is_named_as_the_taker(
    county: County, changes: dict[str, str], taken_by: str
) -> None:
    data = served(county, **changes)
    assert (data.taken_by, data.relation) == (taken_by, changes.get("relation", ""))


def test_the_certificate_of_service_masks_the_identity_number(county: County) -> None:
    data = served(county)
    assert ID_NUMBER not in data.recipient_id
    assert (data.recipient_id[:6], data.recipient_id[-4:]) == (ID_NUMBER[:6], ID_NUMBER[-4:])


def test_a_decision_names_who_handled_the_case_and_not_what_was_said_inside(county: County) -> None:
    case = publicised(county)
    at = county.at("township-approver")
    accepter = case.by("accept")
    assert accepter is not None
    assert decision.gather(matter(at, case, "grant")).handler == accepter.person_name
    said = replace(case.last["accept"], move="review", facts={"opinion": "建议准予。"})
    said = replace(said, hand=replace(said.hand, person_name="测试审查人"))
    reviewed = replace(case, last={**case.last, "review": said})
    paper = decision.gather(replace(matter(at, case, "grant"), case=reviewed))
    assert paper.handler == "测试审查人"
    assert "建议准予" not in paper.facts


def test_only_a_licence_rests_on_the_licensing_law(county: County) -> None:
    case = publicised(county)
    at = county.at("township-approver")
    assert acceptance_notice.gather(matter(at, case, "accept")).basis == "依据"
    licences = tuple(replace(row, item_type="01") for row in at.catalogue.items)
    at.references = replace(at.references, catalogue=replace(catalogue(), items=licences))
    assert "行政许可法" in acceptance_notice.gather(matter(at, case, "accept")).basis


def test_an_act_is_no_document_beside_its_decision(county: County) -> None:
    case = publicised(county)
    for name, documents in (("津贴发放", 1), ("参保证明书", 2)):
        issued = county.act("clerk", case, "issue_result", result_name=name) if documents == 1 else case
        last = dict(issued.last)
        event = last.get("issue_result") or case.last["grant"]
        last["issue_result"] = replace(event, facts={**event.facts, "result_name": name, "result_number": ""})
        assert len(result_documents(replace(issued, last=last))) == documents
