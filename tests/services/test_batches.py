"""Batches: all or nothing on the way, each case by itself on arrival."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from county_at_work import County, draft
from small_county import NOON, TOWNSHIP, TOWNSHIP_ITEM, VILLAGE, VILLAGE_ITEM, WINDOW
from stationapp.domain.case import Case, State
from stationapp.domain.refusal import Refused
from stationapp.platform.clock import SteppingClock
from stationapp.services import batches, casework, handovers, intake
from stationapp.services.workplace import Workplace


def received(county: County, count: int) -> list[Case]:
    cases = [intake.receive(county.at("agent"), draft())[0] for _ in range(count)]
    county.at("clerk")
    county.share()
    return cases


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_batch_goes_to_the_next_desk_with_its_digest(county: County) -> None:
    cases = received(county, 3)
    sent = county.send("agent", *cases)
    assert (sent.to_desk, sent.case_ids) == (TOWNSHIP, tuple(case.case_id for case in cases))
    lines = "\n".join([sent.batch_number, *sorted(case.receipt_number for case in cases)])
    assert sent.digest == hashlib.sha256(lines.encode()).hexdigest()
    (line,) = handovers.batch_lines(county.at("clerk"), "in")
    assert (line.from_name, line.to_name, line.not_arrived) == ("抗香村便民服务室", "沉抗镇便民服务中心", 0)
    assert (line.batch.declared, line.batch.present, line.batch.waiting) == (3, 3, 3)


def test_the_digest_does_not_depend_on_the_order_and_does_on_every_number() -> None:
    one = batches.batch_digest("P1", ["a", "b", "c"])
    assert batches.batch_digest("P1", ["c", "a", "b"]) == one
    assert (
        len({one, batches.batch_digest("P2", ["a", "b", "c"]), batches.batch_digest("P1", ["a", "b"])}) == 3
    )


def test_an_empty_batch_and_an_empty_signature_are_refused(village: Workplace) -> None:
    for ask in (lambda: batches.send_batch(village, []), lambda: batches.sign_for(village, [])):
        with pytest.raises(Refused):
            ask()


def test_a_case_put_in_twice_is_refused(county: County) -> None:
    (case,) = received(county, 1)
    with pytest.raises(Refused, match=case.receipt_number):
        batches.send_batch(county.at("agent"), [case.case_id, case.case_id])
    assert county.known("agent", case).state is State.RECEIVED


def test_cases_for_different_desks_do_not_travel_together(county: County) -> None:
    """One goes up to the county, the result of the other goes down to the village."""
    up, down = received(county, 1)[0], intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))[0]
    county.at("township-approver")
    county.send("agent", up, down)
    county.sign("clerk", up, down)
    county.act("clerk", up, "examine", opinion="同意转报。")
    county.act("clerk", down, "accept")
    county.act("township-approver", down, "grant", reason="准予。")
    county.act("township-approver", down, "issue_result", result_name="参保凭证")
    with pytest.raises(Refused) as refused:
        batches.send_batch(county.at("clerk"), [up.case_id, down.case_id])
    assert codes(refused) == ["mixed-batch"]
    found = handovers.candidates(county.at("clerk"))
    assert {(row.case.case_id, row.to_desk) for row in found} == {
        (up.case_id, WINDOW),
        (down.case_id, VILLAGE),
    }
    assert (county.send("clerk", up).to_desk, county.send("clerk", down).to_desk) == (WINDOW, VILLAGE)


def test_what_the_village_does_itself_is_not_handed_over(county: County) -> None:
    own, _ = intake.receive(county.at("agent"), draft(VILLAGE_ITEM))
    with pytest.raises(Refused) as refused:
        batches.send_batch(county.at("agent"), [own.case_id])
    assert codes(refused) == ["decided-here"]
    assert own.receipt_number in refused.value.reasons[0].text
    assert handovers.candidates(county.at("agent")) == []


def test_each_case_is_signed_for_by_itself_with_its_difference(county: County) -> None:
    first, second, third = received(county, 3)
    sent = county.send("agent", first, second, third)
    county.sign("clerk", first, second, differences={first.case_id: "户口簿少 1 页"})
    assert county.known("clerk", first).fact("sign_for", "differences") == "户口簿少 1 页"
    assert county.known("clerk", second).fact("sign_for", "differences") == ""
    assert county.known("clerk", third).holder == VILLAGE
    arrived = handovers.arrived_cases(county.at("clerk"), sent.batch_id)
    assert [(row.case.case_id, row.waiting) for row in arrived] == [
        (first.case_id, False),
        (second.case_id, False),
        (third.case_id, True),
    ]


def test_a_case_that_does_not_wait_here_cannot_be_signed_for(county: County) -> None:
    (case,) = received(county, 1)
    with pytest.raises(Refused) as refused:
        batches.sign_for(county.at("clerk"), [case.case_id])
    assert codes(refused) == ["wrong-state"]
    county.send("agent", case)
    with pytest.raises(Refused) as refused:
        batches.sign_for(county.at("agent"), [case.case_id])
    assert codes(refused) == ["not-addressee"]


def test_a_declined_case_goes_back_and_waits_in_its_newer_batch_only(county: County) -> None:
    case, other = received(county, 2)
    first = county.send("agent", case, other)
    with pytest.raises(Refused) as refused:
        handovers.decline(county.at("clerk"), [case.case_id], " ")
    assert [reason.field for reason in refused.value.reasons] == ["reason"]
    handovers.decline(county.at("clerk"), [case.case_id], "缺少签名")
    county.share()
    assert (county.known("agent", case).state, county.known("agent", case).holder) == (
        State.RECEIVED,
        VILLAGE,
    )
    second = county.send("agent", case)
    waiting = {
        batch.batch_id: [row.case.case_id for row in rows if row.waiting]
        for batch in (first, second)
        for rows in [handovers.arrived_cases(county.at("clerk"), batch.batch_id)]
    }
    assert waiting == {first.batch_id: [other.case_id], second.batch_id: [case.case_id]}
    (newest, oldest) = handovers.batch_lines(county.at("agent"), "out")
    assert (newest.batch.waiting, oldest.batch.declined, oldest.batch.waiting) == (1, 1, 1)


def test_declining_is_all_or_nothing(county: County) -> None:
    travelling, here = received(county, 2)
    county.send("agent", travelling)
    with pytest.raises(Refused, match=here.receipt_number):
        handovers.decline(county.at("clerk"), [travelling.case_id, here.case_id], "件数不符")
    assert county.known("clerk", travelling).state is State.IN_TRANSIT
    with pytest.raises(Refused):
        handovers.decline(county.at("clerk"), [], "件数不符")


def test_a_batch_is_recalled_before_it_is_signed_for_and_not_after(county: County) -> None:
    case, late = received(county, 2)
    county.send("agent", case, late)
    assert county.act("agent", case, "recall", reason="装错批次").state is State.RECEIVED
    county.sign("clerk", late)
    with pytest.raises(Refused):
        casework.act(county.at("agent"), late.case_id, "recall", {"reason": "装错批次"})


def test_waiting_does_not_depend_on_anybodys_clock(county: County) -> None:
    """The township's PC is a day slow: the result still waits in the batch that brings it down."""
    case, _ = intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))
    county.at("clerk")
    county.at("township-approver")
    county.send("agent", case)
    county.sign("clerk", case)
    county.act("clerk", case, "accept")
    county.act("township-approver", case, "grant", reason="准予。")
    county.act("township-approver", case, "issue_result", result_name="参保凭证")
    clock = county.at("clerk").clock
    assert isinstance(clock, SteppingClock)
    clock.set_to(NOON - timedelta(days=1))
    sent = county.send("clerk", case)
    (row,) = handovers.arrived_cases(county.at("agent"), sent.batch_id)
    assert row.waiting
