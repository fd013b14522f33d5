"""What becomes of acts on a case whose opening the hub refused: they are refused too, and nothing waits for ever."""

from __future__ import annotations

from countyhub.acceptance import bench, judgement
from countyhub.acceptance.service import reconsider_held
from countyhub.inspection.verification import verify_hub

TOWN = "510704105000"


def taken_number(county):
    """A receipt number that belongs to a case of another PC, and a PC that printed it, too."""
    village, other = county.enrol("510704105209", "agent"), county.enrol("510704105209", "second")
    number = village.receipt_number()
    village.receive_at_hub(receipt_number=number)
    return number, other


def test_what_follows_a_refused_opening_is_refused_in_the_same_push_and_later(county):
    number, other = taken_number(county)
    case = other.receive("second", receipt_number=number)
    other.act("hand_over", case, "second", **other.batch(TOWN))
    other.exchange()
    assert other.result(1) == ("refused", ["number-taken"])
    assert other.result(2) == ("refused", ["opening-refused"])
    other.act("prioritise", case, "second", reason="高龄老人")
    other.exchange()
    assert other.result(3) == ("refused", ["opening-refused"])
    assert "重新办理并取得新号码" in other.verdicts[3].reasons[0].text
    assert verify_hub(county.hub).ok


def test_another_event_may_open_the_case_afterwards(county):
    number, other = taken_number(county)
    case = other.receive("second", receipt_number=number)
    other.act("prioritise", case, "second", reason="高龄老人")
    other.act("receive", case, "second", **other.opening())
    other.act("prioritise", case, "second", reason="高龄老人")
    other.exchange()
    assert [other.result(seq)[0] for seq in (1, 2, 3, 4)] == ["refused", "refused", "accepted", "accepted"]
    assert verify_hub(county.hub).ok


def test_an_act_waits_for_a_second_opening_whose_scan_is_on_its_way(county):
    number, other = taken_number(county)
    case = other.receive("second", receipt_number=number)
    scan = b"a scan"
    other.act("receive", case, "second", **other.opening((scan,)))
    other.act("prioritise", case, "second", reason="高龄老人")
    other.exchange()
    assert other.result(2) == ("held", ["attachment-missing"])
    assert other.result(3) == ("held", ["predecessor-held"])
    other.upload(scan)
    other.exchange()
    assert [other.result(seq) for seq in (2, 3)] == [("accepted", []), ("accepted", [])]


def test_what_waits_behind_a_held_opening_is_refused_with_it(county):
    number, other = taken_number(county)
    scan = b"a scan"
    case = other.receive("second", (scan,), receipt_number=number)
    other.act("prioritise", case, "second", reason="高龄老人")
    other.exchange()
    assert other.result(2) == ("held", ["predecessor-held"])
    other.upload(scan)
    other.exchange()
    assert other.result(1) == ("refused", ["number-taken"])
    assert other.result(2) == ("refused", ["opening-refused"])
    assert verify_hub(county.hub).ok


def test_an_opening_refused_on_another_pc_says_nothing_about_ones_own_act(county):
    number, other = taken_number(county)
    third = county.enrol("510704105209", "agent")
    case = other.receive("second", receipt_number=number)
    other.exchange()
    third.act("prioritise", case, "agent", reason="高龄老人")
    third.exchange()
    assert third.result() == ("held", ["predecessor-missing"])


def test_what_a_former_program_held_for_ever_is_refused_at_the_next_start(county, monkeypatch):
    number, other = taken_number(county)
    case = other.receive("second", receipt_number=number)
    other.act("prioritise", case, "second", reason="高龄老人")
    with monkeypatch.context() as before:
        before.setattr(bench.Bench, "_never_begun", lambda *_: None)
        other.exchange()
        assert other.result(2) == ("held", ["predecessor-missing"])
    reconsider_held(county.hub)
    other.exchange()
    assert other.result(2) == ("refused", ["opening-refused"])


def test_a_refused_opening_that_comes_behind_its_act_answers_it(county, monkeypatch):
    """As when what a disk had lost comes from a stick: the act was there before its opening."""
    number, other = taken_number(county)
    case = other.receive("second", receipt_number=number)
    other.act("prioritise", case, "second", reason="高龄老人")
    right = judgement.judge_new

    def the_other_way_round(connection, hub, submissions, sender):
        right(connection, hub, list(submissions)[::-1], sender)

    monkeypatch.setattr("countyhub.acceptance.service.judgement.judge_new", the_other_way_round)
    other.exchange()
    assert [other.result(seq)[1] for seq in (1, 2)] == [["number-taken"], ["opening-refused"]]
