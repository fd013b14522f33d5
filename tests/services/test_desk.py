"""What a desk looks at: cases with their history, worklists, troubles, people served before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from county_at_work import County, draft
from hubprotocol.messages import Result
from small_county import ID_NUMBER, MISSING, TOWNSHIP, TOWNSHIP_ITEM, VILLAGE, VILLAGE_ITEM
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.clock import SteppingClock
from stationapp.services import casework, intake, troubles, worklists
from stationapp.services.applicants import earlier_name, known_applicants
from stationapp.services.case_details import details
from stationapp.services.workplace import Workplace
from stationapp.store.records import EventStatus

NO = Reason("not-holder", "办件已由镇便民服务中心签收。")


def refuse(workplace: Workplace, seq: int) -> None:
    """Let the hub refuse an own event."""
    with workplace.store.write() as unit:
        told = unit.events.apply_verdict(workplace.identity.device, seq, Result.REFUSED, 0, "", [NO])
    assert told


def test_a_case_shows_who_did_what_where_and_what_has_not_been_confirmed(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))
    county.at("clerk")
    sent = county.send("agent", case)
    county.sign("clerk", case, differences={case.case_id: "少 1 页"})
    casework.act(county.at("clerk"), case.case_id, "accept", {})
    found = details(county.at("clerk"), case.case_id)
    assert [(row.desk, row.person, row.title) for row in found.steps] == [
        ("抗香村便民服务室", "测试agent", "收件"),
        ("抗香村便民服务室", "测试agent", "移交上级"),
        ("沉抗镇便民服务中心", "测试clerk", "签收"),
        ("沉抗镇便民服务中心", "测试clerk", "受理"),
    ]
    assert [row.status for row in found.steps] == ["confirmed"] * 3 + ["pending"]
    assert found.steps[1].remark == f"批次 {sent.batch_number}；→ 沉抗镇便民服务中心"
    assert found.steps[2].remark == "差异：少 1 页"
    assert (found.pending, found.refused, found.steps[0].side) == (1, 0, "A")
    assert found.item is not None


def test_a_notice_is_remarked_with_what_is_missing(village: Workplace) -> None:
    told, _ = intake.note_missing(village, draft(complete=False))
    assert "户口簿" in details(village, told.case_id).steps[0].remark


def test_every_case_is_in_the_lists_it_belongs_to(county: County) -> None:
    agent, clerk = county.at("agent"), county.at("clerk")
    told, _ = intake.note_missing(agent, draft(complete=False))
    kept, _ = intake.receive(agent, draft())
    gone, _ = intake.receive(agent, draft())
    back, _ = intake.receive(agent, draft())
    void, _ = intake.receive(agent, draft())
    spot, _ = intake.receive(agent, draft(VILLAGE_ITEM))
    casework.act(agent, void.case_id, "withdraw", {"reason": "不办了", "written_request": "当日书面申请"})
    county.send("agent", gone, back)
    county.sign("clerk", back)
    county.act("clerk", back, "request_supplement", missing=MISSING, deadline="2026-12-05")
    casework.act(agent, kept.case_id, "prioritise", {"reason": "重病急需"})
    intake.save_draft(agent, draft())
    ids = {"told": told.case_id, "kept": kept.case_id, "gone": gone.case_id, "back": back.case_id}
    ids |= {"void": void.case_id, "spot": spot.case_id}
    wanted = {
        "to_sign": set(),
        "here": {"told", "kept", "back", "spot"},
        "incomplete": {"told"},
        "supplement": {"back"},
        "direct": {"spot"},
        "to_send": {"kept"},
        "results": set(),
        "priority": {"kept"},
        "rectify": set(),
        "sent": {"gone"},
        "finished": {"void"},
        "to_archive": {"void"},
        "all": set(ids),
    }
    wanted = {key: wanted.get(key, set()) for key in worklists.WORKLISTS}
    names = {case_id: name for name, case_id in ids.items()}
    found = {key: {names[i] for i in worklists.case_ids(agent, key)} for key in worklists.WORKLISTS}
    assert found == wanted
    overview = worklists.overview(agent)
    counted = {key: len(row) for key, row in wanted.items() if worklists.WORKLISTS[key].ids is None}
    assert {row.key: row.count for row in overview.lists} == counted
    assert (overview.drafts, overview.troubles) == (1, 0)
    assert worklists.case_ids(clerk, "to_sign") == [gone.case_id]


def test_where_no_item_is_handled_on_the_spot_that_list_is_empty(village: Workplace) -> None:
    case, _ = intake.receive(village, draft())
    catalogue = village.catalogue
    without = replace(catalogue, items=tuple(row for row in catalogue.items if row.code != VILLAGE_ITEM))
    village.references = replace(village.references, catalogue=without)
    assert worklists.case_ids(village, "direct") == []
    assert worklists.case_ids(village, "to_send") == [case.case_id]


def test_lists_are_narrowed_sorted_and_cut(village: Workplace) -> None:
    first, _ = intake.receive(village, draft(name="吴䶮"))
    second, _ = intake.receive(village, draft(name="欧阳𬭎"))
    assert worklists.case_ids(village, "to_send", "𬭎") == [second.case_id]
    assert worklists.case_ids(village, "to_send", second.receipt_number) == [second.case_id]
    assert worklists.case_ids(village, "to_send", "𡋾") == []
    ordered = worklists.case_ids(village, "all", sort="receipt_number", descending=False)
    assert ordered == [first.case_id, second.case_id]
    assert worklists.case_ids(village, "all", sort="receipt_number", limit=1) == [second.case_id]
    (line,) = worklists.summaries(village, [second.case_id])
    assert (line.applicant_name, line.holder, line.pending) == ("欧阳𬭎", VILLAGE, 1)
    assert ID_NUMBER not in line.document_number_masked


def test_the_nearest_due_cases_come_first_whoever_holds_them(county: County) -> None:
    cases = [intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))[0] for _ in range(3)]
    county.at("clerk")
    county.send("agent", *cases)
    county.sign("clerk", *cases)
    clock = county.at("clerk").clock
    assert isinstance(clock, SteppingClock)
    for case in (cases[1], cases[0]):
        county.act("clerk", case, "accept")
        clock.advance(timedelta(days=7))
    found = worklists.nearest_due(county.at("agent"), 10)
    assert [(row.case_id, row.holder) for row in found] == [
        (cases[1].case_id, TOWNSHIP),
        (cases[0].case_id, TOWNSHIP),
    ]
    assert len(worklists.nearest_due(county.at("agent"), 1)) == 1


def test_a_refused_act_waits_until_somebody_settles_it_and_is_never_deleted(county: County) -> None:
    agent = county.at("agent")
    case, _ = intake.receive(agent, draft())
    county.share()
    casework.act(agent, case.case_id, "withdraw", {"reason": "不办了", "written_request": "当日书面申请"})
    refuse(agent, 2)
    (waiting,) = troubles.troubles(agent)
    assert (waiting.case_id, waiting.receipt_number, waiting.title) == (
        case.case_id,
        case.receipt_number,
        "申请人撤回",
    )
    assert waiting.reasons == (NO,)
    assert (worklists.overview(agent).troubles, details(agent, case.case_id).refused) == (1, 1)
    with pytest.raises(Refused) as refused:
        troubles.settle(agent, waiting.event_id, "  ")
    assert refused.value.reasons[0].field == "note"
    assert troubles.troubles(agent) == [waiting]
    troubles.settle(agent, waiting.event_id, "已与镇里核对，以签收为准。")
    assert troubles.troubles(agent) == []
    assert (worklists.overview(agent).troubles, details(agent, case.case_id).refused) == (0, 0)
    with agent.store.read() as unit:
        kept = unit.events.get(waiting.event_id)
    assert kept is not None
    assert (kept.status, kept.settled_by, kept.settled_note) == (
        EventStatus.REFUSED,
        agent.person.person_id,
        "已与镇里核对，以签收为准。",
    )


@pytest.mark.parametrize("again", [True, False])
def test_what_is_no_trouble_cannot_be_settled(village: Workplace, again: bool) -> None:
    intake.receive(village, draft())
    if again:
        refuse(village, 1)
        (waiting,) = troubles.troubles(village)
        troubles.settle(village, waiting.event_id, "已处理")
    with village.store.read() as unit:
        (event_id,) = [row.event.event_id for row in unit.events.refused()] or ["unknown"]
    with pytest.raises(Refused, match="已经处理过"):
        troubles.settle(village, event_id, "再处理一次")


def test_somebody_served_before_is_offered_and_another_spelling_is_noticed(village: Workplace) -> None:
    intake.receive(village, draft(name="吴䶮"))
    for typed in ("吴䶮", ID_NUMBER[:6]):
        assert [row.name for row in known_applicants(village, typed)] == ["吴䶮"]
    assert known_applicants(village, "吴") == []
    assert earlier_name(village, "resident_id", ID_NUMBER, "吴 䶮") == ""
    assert earlier_name(village, "resident_id", ID_NUMBER, "吴龑") == "吴䶮"
    assert earlier_name(village, "resident_id", "510721194203078527", "吴龑") == ""
