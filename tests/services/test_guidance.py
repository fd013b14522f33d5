"""Whose turn it is, and which moves lead on."""

from __future__ import annotations

from pathlib import Path

from desks_at_work import desks
from small_county import JOINT_ITEM
from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE
from stationapp.services.batches import send_batch
from stationapp.services.case_details import details
from stationapp.services.guidance import Rank, next_hands, next_text, rank
from stationapp.services.workplace import Workplace


def case_at(workplace: Workplace, case_id: str) -> Case:
    return details(workplace, case_id).case


def test_after_a_review_another_person_of_the_department_is_named(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department()
        officer = at.at("officer")
        assert next_text(officer, case_at(officer, case_id)) == "下一步：您审查。"
        at.act("officer", case_id, "review")
        text = next_text(officer, case_at(officer, case_id))
        assert text == "下一步：游仙区民政局测试approver（审批人）作出决定。"


def test_a_case_on_its_way_waits_for_the_addressee(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.received()
        agent = at.at("agent")
        assert [hand.what for hand in next_hands(agent, case_at(agent, case_id))] == ["移交上级"]
        send_batch(agent, [case_id])
        (hand,) = next_hands(agent, case_at(agent, case_id))
        assert (hand.desk, hand.what, hand.is_me) == ("沉抗镇便民服务中心", "签收", False)


def test_departments_that_owe_an_opinion_are_named_beside_the_lead(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.at_department(JOINT_ITEM)
        at.act("officer", case_id, "review")
        at.act("officer", case_id, "fan_out")
        officer = at.at("officer")
        hands = next_hands(officer, case_at(officer, case_id))
        assert [(hand.desk, hand.what) for hand in hands if not hand.is_me] == [
            ("游仙区残疾人联合会", "接收联系单"),
            ("游仙区住房和城乡建设局", "接收联系单"),
        ]


def test_when_nothing_is_to_be_done_nobody_is_named(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.received()
        at.act("agent", case_id, "withdraw")
        agent = at.at("agent")
        assert next_text(agent, case_at(agent, case_id)) == ""


def test_a_withdrawal_comes_nearer_once_it_was_asked_for(tmp_path: Path) -> None:
    with desks(tmp_path) as at:
        case_id = at.received()
        agent = at.at("agent")
        assert rank(case_at(agent, case_id), TABLE["withdraw"]) is Rank.ASIDE
        at.act("agent", case_id, "request_withdrawal")
        assert rank(case_at(agent, case_id), TABLE["withdraw"]) is Rank.BESIDE
