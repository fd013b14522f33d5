"""Acts on one case: what is offered and why not, and what the program fills in by itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from county_at_work import County, draft
from small_county import (
    CHINA,
    DEPARTMENT,
    MISSING,
    TOWNSHIP_ITEM,
    VILLAGE,
    VILLAGE_ITEM,
    WINDOW,
)
from stationapp.domain.case import State
from stationapp.domain.refusal import Refused
from stationapp.platform.clock import SteppingClock
from stationapp.services import casework, intake
from stationapp.services.case_details import details
from stationapp.services.workplace import Workplace

SUPPLEMENT = {"missing": MISSING, "deadline": "2026-12-05"}


def offered(workplace: Workplace, case_id: str) -> dict[str, list[str]]:
    return {move.name: [row.code for row in why] for move, why in details(workplace, case_id).moves}


def at_township(county: County, code: str = TOWNSHIP_ITEM) -> str:
    """The id of a case the township signed for."""
    case, _ = intake.receive(county.at("agent"), draft(code))
    county.at("clerk")
    county.send("agent", case)
    county.sign("clerk", case)
    return case.case_id


def test_options_say_why_not(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft())
    options = offered(county.at("agent"), case.case_id)
    assert options["hand_over"] == []
    assert options["handle_directly"] == ["no-power"]
    assert "receive" not in options
    assert "sign_for" not in options


def test_nobody_else_is_offered_anything_and_the_case_says_who_holds_it(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft())
    county.at("clerk")
    county.at("window")
    county.share()
    here = details(county.at("window"), case.case_id)
    assert (here.moves, here.holder, here.addressed_to) == ((), "抗香村便民服务室", "")
    county.send("agent", case)
    there = details(county.at("window"), case.case_id)
    assert (there.holder, there.addressed_to) == ("抗香村便民服务室", "沉抗镇便民服务中心")
    assert set(offered(county.at("clerk"), case.case_id)) == {"sign_for", "decline_handover"}
    asked_at_any_time = {"request_withdrawal", "urge", "prioritise", "note_external", "appeal_card"}
    assert set(offered(county.at("agent"), case.case_id)) == {"recall"} | asked_at_any_time


@pytest.mark.parametrize("move", ["fly", "assign_number"])
def test_a_move_nobody_here_can_make_is_refused(village: Workplace, move: str) -> None:
    case, _ = intake.receive(village, draft())
    with pytest.raises(Refused) as refused:
        casework.act(village, case.case_id, move, {})
    assert refused.value.reasons[0].code == "unknown-move"


def test_cases_are_opened_at_intake_only(village: Workplace) -> None:
    told, _ = intake.note_missing(village, draft(complete=False))
    with pytest.raises(Refused, match="新办件"):
        casework.act(village, told.case_id, "receive", {})


def test_document_numbers_run_in_sequence_for_each_kind_of_paper(county: County) -> None:
    for count in (1, 2):
        case_id = at_township(county)
        case, _ = casework.act(county.at("clerk"), case_id, "accept", {})
        assert case.fact("accept", "document_number") == f"游仙沉抗受〔2026〕02000{count}号"
    case, _ = casework.act(county.at("clerk"), at_township(county), "request_supplement", SUPPLEMENT)
    assert case.fact("request_supplement", "document_number") == "游仙沉抗补告〔2026〕020001号"


def test_what_the_program_knows_nobody_can_answer_otherwise(county: County) -> None:
    facts = {**SUPPLEMENT, "to_desk": WINDOW, "document_number": "甲乙〔2026〕010001号"}
    case, _ = casework.act(county.at("clerk"), at_township(county), "request_supplement", facts)
    assert (case.holder, case.state) == (VILLAGE, State.SUPPLEMENT)
    assert case.fact("request_supplement", "document_number").startswith("游仙沉抗补告")


def test_a_county_case_goes_to_the_department_and_its_result_to_the_window(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft())
    for post in ("clerk", "window", "officer", "approver"):
        county.at(post)
    county.send("agent", case)
    county.sign("clerk", case)
    county.act("clerk", case, "examine", opinion="同意转报。")
    county.send("clerk", case)
    county.sign("window", case)
    county.act("window", case, "register")
    accepted = county.act("window", case, "accept")
    due = accepted.fact("accept", "promised_due")
    assert (due["day"], due["provisional"], due["limit"]) == ("2026-12-04", False, "10个工作日")
    assert county.act("window", case, "assign", to_desk="").holder == DEPARTMENT
    county.act("officer", case, "review", opinion="符合条件。")
    county.act("approver", case, "grant", reason="符合条件，准予。")
    assert county.act("approver", case, "issue_result", result_name="认定通知书").holder == WINDOW


def test_a_due_day_in_a_year_without_a_calendar_is_provisional(county: County) -> None:
    case_id = at_township(county)
    clerk = county.at("clerk")
    assert isinstance(clerk.clock, SteppingClock)
    clerk.clock.set_to(datetime(2026, 12, 25, 9, tzinfo=CHINA))
    case, _ = casework.act(clerk, case_id, "accept", {})
    due = case.fact("accept", "statutory_due")
    assert due["day"] > "2027-01-01"
    assert due["provisional"] is True
    with clerk.store.read() as unit:
        (line,) = unit.cases.summary([case_id])
    assert line.due_provisional


def test_an_answer_that_cannot_be_printed_is_refused(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft(VILLAGE_ITEM))
    county.act("agent", case, "handle_directly", result_name="查询结果")
    answers = {"manner": "in_person", "recipient": "吴䶮", "served_on": "昨天"}
    with pytest.raises(Refused) as refused:
        casework.act(county.at("agent"), case.case_id, "serve", answers)
    assert [reason.field for reason in refused.value.reasons] == ["served_on"]


def test_an_unknown_case_is_refused(village: Workplace) -> None:
    for ask in (lambda: details(village, "nobody"), lambda: casework.act(village, "nobody", "void", {})):
        with pytest.raises(Refused, match="没有这个办件"):
            ask()
