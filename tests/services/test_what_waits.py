"""Lists of what waits besides the ordinary way: what was asked, what others owe, what goes back down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from desks_at_work import WANG, Desks, desks
from small_county import JOINT_ITEM, NOON, PROMISE_ITEM, TOWNSHIP_ITEM, VILLAGE
from stationapp.domain.people import HandedIn
from stationapp.platform.clock import SteppingClock
from stationapp.services.batches import send_batch, sign_for
from stationapp.services.casework import act
from stationapp.services.intake import new_draft, receive
from stationapp.services.worklists import WORKLISTS, case_ids, overview, summaries
from stationapp.store.rebuild import compare, rebuild


def lists_with(at: Desks, post: str, case_id: str) -> set[str]:
    """The keys of the lists of a desk in which a case stands."""
    return {key for key in WORKLISTS if case_id in case_ids(at.at(post), key)}


def test_urgings_withdrawals_and_voids_leave_their_lists_when_they_are_answered(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.received()
        for move in ("urge", "request_withdrawal", "propose_void"):
            at.act("agent", case_id, move)
        assert {"urged", "withdrawals", "voids"} <= lists_with(at, "agent", case_id)
        (line,) = summaries(at.at("agent"), [case_id])
        assert line.marks == ("urged", "void", "withdrawal")
        at.act("agent", case_id, "acknowledge_urging")
        at.act("agent", case_id, "dismiss_withdrawal")
        assert {"urged", "withdrawals"}.isdisjoint(lists_with(at, "agent", case_id))
        at.act("agent", case_id, "urge")
        assert "urged" in lists_with(at, "agent", case_id)
        at.act("agent", case_id, "withdraw")
        assert lists_with(at, "agent", case_id) == {"to_archive", "finished", "all"}


def test_the_desk_above_sees_what_waits_for_a_second_person(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_township()
        at.act("clerk", case_id, "send_back", to_desk=VILLAGE)
        at.carry(case_id, "clerk", "agent")
        at.act("agent", case_id, "propose_void")
        at.carry(case_id, "agent", "clerk")
        assert "voids" in lists_with(at, "clerk", case_id)
        assert "sent_back" in lists_with(at, "agent", case_id)
        assert "sent_back" not in lists_with(at, "clerk", case_id)


def test_a_department_sees_the_cases_in_which_it_owes_an_opinion(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department(JOINT_ITEM)
        at.act("officer", case_id, "fan_out")
        at.carry(case_id, "officer", "partner")
        assert "parts" in lists_with(at, "partner", case_id)
        assert "parts" not in lists_with(at, "officer", case_id)
        at.act("partner", case_id, "sign_for_part")
        assert "parts" in lists_with(at, "partner", case_id)
        at.act("partner", case_id, "give_opinion")
        assert "parts" not in lists_with(at, "partner", case_id)


def test_promises_wait_to_be_checked_from_acceptance_on(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        agent = at.at("agent")
        item = agent.catalogue.in_force(PROMISE_ITEM, agent.now().date())
        assert item is not None
        draft = new_draft(agent, item)
        rows = (
            HandedIn("id-card", "居民身份证", 1, 1),
            HandedIn("booklet", "户口簿", 0, 0, promised_by="2026-12-31"),
        )
        application = replace(draft.application, applicant=WANG, materials=rows, attorney="paper")
        case_id = receive(agent, replace(draft, application=application))[0].case_id
        assert "promises" not in lists_with(at, "agent", case_id)
        at.send_up(case_id)
        for move in ("register", "accept", "assign"):
            at.act("window", case_id, move)
        at.carry(case_id, "window", "officer")
        assert "promises" in lists_with(at, "officer", case_id)
        at.act("officer", case_id, "check_promise")
        assert "promises" not in lists_with(at, "officer", case_id)


def test_results_that_are_given_out_elsewhere_wait_to_be_sent(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_township(TOWNSHIP_ITEM)
        assert "to_accept" in lists_with(at, "clerk", case_id)
        assert "to_send" not in lists_with(at, "clerk", case_id)
        at.act("clerk", case_id, "accept")
        assert "accepted" in lists_with(at, "clerk", case_id)
        at.act("clerk", case_id, "review")
        at.carry(case_id, "clerk", "township-approver")
        assert "to_decide" in lists_with(at, "township-approver", case_id)
        at.act("township-approver", case_id, "grant")
        at.carry(case_id, "township-approver", "clerk")
        assert "to_issue" in lists_with(at, "clerk", case_id)
        act(at.at("clerk"), case_id, "issue_result", {"result_name": "通知书"})
        assert "to_send" in lists_with(at, "clerk", case_id)
        assert "results" not in lists_with(at, "clerk", case_id)
        send_batch(at.at("clerk"), [case_id])
        at.carry(case_id, "clerk", "agent")
        sign_for(at.at("agent"), [case_id])
        assert "results" in lists_with(at, "agent", case_id)
        assert "to_send" not in lists_with(at, "agent", case_id)


def test_whom_the_chief_named_finds_it_among_his(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department()
        at.carry(case_id, "officer", "chief")
        at.act("chief", case_id, "reassign")
        at.carry(case_id, "chief", "officer")
        assert "mine" in lists_with(at, "officer", case_id)
        assert "mine" not in lists_with(at, "chief", case_id)


def test_counts_are_those_of_the_lists_and_marks_can_be_rebuilt(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.received()
        at.act("agent", case_id, "urge")
        agent = at.at("agent")
        for row in overview(agent).lists:
            assert row.count == len(case_ids(agent, row.key))
        assert compare(agent.store) == []
        rebuild(agent.store)
        assert case_ids(agent, "urged") == [case_id]


def test_what_the_supervision_warns_of_is_listed_by_gravity_and_can_be_searched(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.received()
        agent = at.at("agent")
        assert case_ids(agent, "supervised") == []
        agent.clock = SteppingClock(NOON + timedelta(days=30), timedelta(seconds=1))
        assert case_ids(agent, "supervised") == [case_id]
        assert case_ids(agent, "supervised", text="王") == [case_id]
        assert case_ids(agent, "supervised", text="赵") == []
        assert "supervised" not in {row.key for row in overview(agent).lists}
