"""文书编号台账: every number of a PC with its act, its copies and what became of it; every gap by name."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from county_at_work import County, draft, stored_events
from paper_stories import Story
from small_county import FACTS, JOINT_ITEM, LICENCE_ITEM, MISSING, TOWNSHIP_ITEM
from stationapp.domain.case import Case
from stationapp.domain.refusal import Reason, Refused
from stationapp.services import casework, intake, papers
from stationapp.services.case_details import details
from stationapp.services.document_register import (
    UNEXPLAINED,
    DocumentStatus,
    Entry,
    Series,
    document_register,
    explain_gap,
    write_register,
)
from stationapp.services.workplace import Workplace

SUPPLEMENT = {"missing": MISSING, "deadline": "2026-12-05"}


def told(county: County, count: int = 1) -> list[Case]:
    """Cases whose applicants the township told what is missing."""
    made = []
    for _ in range(count):
        case, _changed = intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))
        county.at("clerk")
        county.send("agent", case)
        county.sign("clerk", case)
        casework.act(county.at("clerk"), case.case_id, "request_supplement", SUPPLEMENT)
        county.share()
        made.append(case)
    return made


def of_nature(workplace: Workplace, nature: str) -> Series:
    (found,) = (row for row in document_register(workplace) if row.nature == nature)
    return found


def first(workplace: Workplace, nature: str) -> Entry:
    return of_nature(workplace, nature).entries[0]


def test_all_numbers_of_an_organ_nature_and_year_stand_in_their_order(county: County) -> None:
    cases = told(county, 3)
    clerk = county.at("clerk")
    found = of_nature(clerk, "补告")
    assert (found.organ, found.year, found.gaps) == ("游仙沉抗", 2026, ())
    assert [row.serial for row in found.entries] == [1, 2, 3]
    assert [row.receipt_number for row in found.entries] == [case.receipt_number for case in cases]
    assert {(row.status, row.paper, row.issued_by) for row in found.entries} == {
        (DocumentStatus.VALID, "一次性告知书", "测试clerk")
    }
    assert document_register(clerk, 2025) == ()
    assert document_register(county.at("agent")) == ()


def test_copies_and_reprints_are_counted(county: County, tmp_path: Path) -> None:
    (case,) = told(county)
    clerk = county.at("clerk")
    assert (first(clerk, "补告").copies, first(clerk, "补告").reprints) == (0, 0)
    for _ in range(3):
        paper = papers.render_latest(clerk, case.case_id, "supplement_notice")
        papers.save_paper(clerk, paper, tmp_path)
    assert (first(clerk, "补告").copies, first(clerk, "补告").reprints) == (3, 2)


def test_a_letter_to_two_departments_is_no_reprint_of_itself(county: County, tmp_path: Path) -> None:
    story = Story(county)
    case = story.fanned_out()
    officer = county.at("officer")
    for offer in story.offers("officer", case, "joint_contact_letter"):
        papers.save_paper(officer, papers.render_paper(officer, case.case_id, offer), tmp_path)
    assert (first(officer, "联").copies, first(officer, "联").reprints) == (2, 0)


def test_what_the_hub_has_not_said_anything_about_is_told_apart(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))
    county.at("clerk")
    county.send("agent", case)
    county.sign("clerk", case)
    casework.act(county.at("clerk"), case.case_id, "accept", {})
    assert first(county.at("clerk"), "受").status is DocumentStatus.UNCONFIRMED
    county.share()
    assert first(county.at("clerk"), "受").status is DocumentStatus.VALID


def test_the_number_of_a_refused_act_is_explained_and_no_gap(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft(TOWNSHIP_ITEM))
    clerk = county.at("clerk")
    county.send("agent", case)
    county.sign("clerk", case)
    casework.act(clerk, case.case_id, "accept", {})
    refused = stored_events(clerk, case.case_id)[-1]
    with clerk.store.write() as unit:
        reason = Reason("wrong-state", "办件已由县级处理，不能受理。")
        envelope = refused.envelope
        unit.events.apply_verdict(envelope.device, envelope.seq, "refused", 0, clerk.now(), (reason,))
    found = of_nature(clerk, "受")
    assert found.gaps == ()
    assert found.entries[0].status is DocumentStatus.REFUSED
    assert found.entries[0].explanation == "办件已由县级处理，不能受理。"
    with clerk.store.write() as unit:
        unit.events.settle_refused(refused.event.event_id, "已收回通知书", "p-clerk", clerk.now())
    assert found.entries[0].number == first(clerk, "受").number
    assert first(clerk, "受").explanation.endswith("处理情况：已收回通知书")


def test_the_papers_of_a_case_that_was_withdrawn_say_so_but_for_the_confirmation(county: County) -> None:
    case = Story(county).accepted(LICENCE_ITEM)
    county.act("agent", case, "request_withdrawal", **FACTS["request_withdrawal"])
    county.act("officer", case, "withdraw", reason="不办了。")
    assert first(county.at("officer"), "撤").status is DocumentStatus.VALID
    accepted = first(county.at("window"), "受")
    assert (accepted.status, accepted.explanation) == (DocumentStatus.ENDED, "办件已撤回")


def test_a_missing_serial_is_named_until_somebody_says_why(county: County) -> None:
    told(county)
    clerk = county.at("clerk")
    with clerk.store.write() as unit:
        unit.numbers.next_count("document:游仙沉抗补告", "2026")  # given, and no act has it
    told(county)
    found = of_nature(clerk, "补告")
    assert [row.serial for row in found.entries] == [1, 2, 3]
    (gap,) = found.gaps
    assert (gap.serial, gap.explanation, gap.status.label) == (2, UNEXPLAINED, "缺号")
    with pytest.raises(Refused):
        explain_gap(clerk, gap.number, " ")
    with pytest.raises(Refused):
        explain_gap(clerk, found.entries[0].number, "没有缺")
    explain_gap(clerk, gap.number, "断电时数据盘损坏")
    assert of_nature(clerk, "补告").gaps[0].explanation == "断电时数据盘损坏（测试clerk，2026-11-20）"


def test_the_numbers_of_an_organ_that_was_renamed_stay_apart_from_the_new_ones(county: County) -> None:
    told(county)
    clerk = county.at("clerk")
    desks = tuple(
        replace(desk, organ_short="游仙新沉抗") if desk.desk_id == clerk.desk.desk_id else desk
        for desk in clerk.organisation.desks
    )
    clerk.references = replace(clerk.references, organisation=replace(clerk.organisation, desks=desks))
    assert (of_nature(clerk, "补告").organ, of_nature(clerk, "补告").gaps) == ("游仙沉抗", ())


def test_the_register_is_written_for_a_spreadsheet(county: County, tmp_path: Path) -> None:
    (case,) = told(county)
    names = write_register(document_register(county.at("clerk")), tmp_path)
    assert names == ["document-register.xlsx", "document_register.csv"]
    with (tmp_path / "document_register.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["机关简称"], row["文书性质"], row["收件号"]) == ("游仙沉抗", "补告", case.receipt_number)
    assert row["文书编号"].startswith("游仙沉抗补告〔2026〕")


def test_every_number_on_a_paper_of_a_case_stands_in_the_register_of_the_pc_that_gave_it(
    county: County,
) -> None:
    story = Story(county)
    case = story.joint_agreed()
    assert details(county.at("officer"), case.case_id).case.application.item_code == JOINT_ITEM
    numbers = {
        row.number
        for post in ("clerk", "window", "officer", "partner")
        for series in document_register(county.at(post))
        for row in series.entries
    }
    offered = {offer.number for offer in details(county.at("officer"), case.case_id).papers}
    assert {number for number in offered if "〔" in number} <= numbers
    assert len([number for number in offered if "〔" in number]) >= 5
