"""Intake: drafts, receipts, what is missing, and numbers that are never given twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from county_at_work import County, draft, stored_events
from small_county import COUNTY_ITEM, SUSPENDED_ITEM, VILLAGE, VILLAGE_ITEM, application, catalogue
from stationapp.domain.case import State
from stationapp.domain.catalogue import Catalogue
from stationapp.domain.numbers import parse_enquiry_code, parse_receipt_number
from stationapp.domain.people import Applicant, HandedIn, application_from_mapping
from stationapp.domain.refusal import Refused
from stationapp.platform.clock import SteppingClock
from stationapp.services import batches, completing, intake
from stationapp.services.workplace import References, Workplace
from workplaces import make_workplace

RARE = ("吴䶮", "㛃", "欧阳𬭎", "𡋾", "阿依古丽·买买提")


def fields(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.field for reason in refused.value.reasons]


def with_catalogue(workplace: Workplace, published: Catalogue) -> None:
    old = workplace.references
    workplace.references = References(old.organisation, published, old.calendar)


def next_version(version: int, **changes: Any) -> Catalogue:
    """The small county's catalogue with a newer version of the county's item beside the old one."""
    old = catalogue()
    newer = [replace(item, version=version, **changes) for item in old.items if item.code == COUNTY_ITEM]
    return Catalogue(version, old.published_at, (*old.items, *newer))


def test_a_draft_is_kept_taken_up_again_and_gone_when_discarded(village: Workplace) -> None:
    kept = replace(draft(), unfinished={"birth_date": "1942-3"})
    intake.save_draft(village, kept)
    assert intake.resume_draft(village, kept.draft_id) == kept
    assert [row.draft_id for row in intake.drafts(village)] == [kept.draft_id]
    intake.discard_draft(village, kept.draft_id)
    assert intake.drafts(village) == []
    with pytest.raises(Refused, match="草稿"):
        intake.resume_draft(village, kept.draft_id)


def test_receiving_gives_numbers_and_takes_the_draft_away(village: Workplace) -> None:
    given_in = draft()
    intake.save_draft(village, given_in)
    case, changed = intake.receive(village, given_in)
    number = parse_receipt_number(case.receipt_number)
    assert (number.station, number.day, number.device_slot) == (VILLAGE, village.now().date(), 1)
    parse_enquiry_code(case.enquiry_code)
    assert (case.state, case.holder, changed.case_ids) == (State.RECEIVED, VILLAGE, (case.case_id,))
    assert intake.drafts(village) == []
    assert [row.event.move for row in stored_events(village, case.case_id)] == ["receive"]


def test_a_draft_open_in_two_windows_becomes_one_case(village: Workplace) -> None:
    given_in = draft()
    case, _ = intake.receive(village, given_in)
    with pytest.raises(Refused, match=case.receipt_number):
        intake.receive(village, given_in)
    with village.store.read() as unit:
        assert unit.events.pending_summary().cases == 1
        assert unit.numbers.last_count("receipt", village.now().date().isoformat()) == 1


def test_what_was_missing_is_completed_under_the_same_number(village: Workplace) -> None:
    told, _ = intake.note_missing(village, draft(complete=False))
    assert told.state is State.INCOMPLETE
    assert [row["material_id"] for row in told.fact("note_missing", "missing")] == ["booklet"]
    draft_id, _ = completing.completing_draft(village, told)
    assert completing.completing_draft(village, told)[0] == draft_id
    begun = intake.resume_draft(village, draft_id)
    with pytest.raises(Refused, match="户口簿"):
        intake.receive(village, begun)
    with pytest.raises(Refused, match="一次性告知"):
        intake.note_missing(village, begun)
    full = intake.with_material(begun.application, HandedIn("booklet", "户口簿", 1, 1))
    case, _ = intake.receive(village, replace(begun, application=full))
    assert (case.case_id, case.receipt_number, case.enquiry_code, case.state) == (
        told.case_id,
        told.receipt_number,
        told.enquiry_code,
        State.RECEIVED,
    )
    assert intake.drafts(village) == []
    with village.store.read() as unit:
        assert unit.numbers.last_count("receipt", village.now().date().isoformat()) == 1


def test_a_case_is_not_completed_as_another_item(village: Workplace) -> None:
    told, _ = intake.note_missing(village, draft(complete=False))
    other = replace(draft(VILLAGE_ITEM), case_id=told.case_id)
    with pytest.raises(Refused) as refused:
        intake.receive(village, other)
    assert fields(refused) == ["item"]


def test_nothing_is_told_when_nothing_is_missing(village: Workplace) -> None:
    with pytest.raises(Refused) as refused:
        intake.note_missing(village, draft())
    assert fields(refused) == ["missing"]


def test_all_wrong_fields_are_told_together_and_no_number_is_used_up(village: Workplace) -> None:
    good = draft(complete=False)
    wrong = replace(good.application.applicant, name="张\ufffd", document_number="510721194203078529")
    bad = replace(good, application=replace(good.application, applicant=wrong))
    intake.save_draft(village, bad)
    with pytest.raises(Refused) as refused:
        intake.receive(village, bad)
    assert fields(refused) == ["name", "document_number", "material:booklet"]
    assert [reason.code for reason in refused.value.reasons][:2] == ["name-broken", "number-check"]
    with village.store.read() as unit:
        assert unit.numbers.last_count("receipt", village.now().date().isoformat()) == 0
        assert unit.events.pending_summary().events == 0
        assert unit.chain.head().seq == 0
    assert [row.draft_id for row in intake.drafts(village)] == [bad.draft_id]


@pytest.mark.parametrize(
    ("applicant", "field"),
    [
        (Applicant("", "resident_id", "510721194203078528"), "name"),
        (Applicant("吴䶮", "resident_id", ""), "document_number"),
        (Applicant("吴䶮", "library_card", "1"), "document_kind"),
    ],
)
def test_a_refusal_stands_at_its_field(village: Workplace, applicant: Applicant, field: str) -> None:
    good = draft()
    with pytest.raises(Refused) as refused:
        intake.receive(village, replace(good, application=replace(good.application, applicant=applicant)))
    assert fields(refused) == [field]


def test_without_a_code_in_force_there_is_no_case(village: Workplace) -> None:
    good = draft()
    unknown = replace(good, application=replace(good.application, item_code="NOT-THERE"))
    suspended = replace(good, application=replace(good.application, item_code=SUSPENDED_ITEM))
    for bad, code in ((unknown, "no-code"), (suspended, "item-suspended")):
        with pytest.raises(Refused) as refused:
            intake.receive(village, bad)
        assert code in [reason.code for reason in refused.value.reasons]
    item = village.catalogue.in_force(SUSPENDED_ITEM, village.now().date())
    assert item is not None
    with pytest.raises(Refused, match="暂停"):
        intake.new_draft(village, item)


def test_a_catalogue_that_changed_meanwhile_is_said_at_the_item(village: Workplace) -> None:
    typed = draft()
    with_catalogue(village, next_version(2, name="临时救助（新）"))
    with pytest.raises(Refused) as refused:
        intake.receive(village, typed)
    assert [(row.code, row.field) for row in refused.value.reasons] == [("item-changed", "item")]


def test_a_case_told_of_what_is_missing_is_completed_under_its_own_version(village: Workplace) -> None:
    told, _ = intake.note_missing(village, draft(complete=False))
    with_catalogue(village, next_version(2, materials=()))
    full = intake.with_material(told.application, HandedIn("booklet", "户口簿", 1, 1))
    case, _ = intake.receive(village, replace(intake.draft_of(told), application=full))
    assert (case.state, case.application.item_version) == (State.RECEIVED, 1)


@pytest.mark.parametrize("name", RARE)
def test_rare_names_come_through_unharmed(village: Workplace, name: str) -> None:
    case, _ = intake.receive(village, draft(name=name))
    assert case.application.applicant.name == name


def test_private_code_points_and_stray_blanks_become_the_one_spelling(village: Workplace) -> None:
    case, _ = intake.receive(village, draft(name="  吴 \ue863 "))
    assert case.application.applicant.name == "吴\u4dae"
    typed = application_from_mapping(application(name="阿依古丽•买买提"))
    tidied, _ = intake.receive(village, replace(draft(), application=typed))
    assert tidied.application.applicant.name == "阿依古丽·买买提"


def test_materials_nobody_laid_down_are_not_recorded(village: Workplace) -> None:
    good = draft()
    nothing = HandedIn("photo", "照片", 0, 0)
    case, _ = intake.receive(
        village, replace(good, application=intake.with_material(good.application, nothing))
    )
    assert [row.material_id for row in case.application.materials] == ["id-card", "booklet"]


@settings(max_examples=5)
@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.sampled_from("rbd"), st.integers(0, 2)), max_size=14))
def test_two_pcs_of_a_station_never_give_the_same_number(acts: list[tuple[int, str, int]]) -> None:
    """Whatever each PC does, on whichever day: r receives, b sends a batch, d draws a document's number."""
    given_numbers: list[str] = []
    with TemporaryDirectory() as folder:
        pcs = {slot: make_workplace(Path(folder) / str(slot), "agent", slot) for slot in (1, 2)}
        try:
            for slot, act, days in acts:
                pc = pcs[slot]
                assert isinstance(pc.clock, SteppingClock)
                pc.clock.advance(timedelta(days=days))
                given_numbers += _act(pc, act)
        finally:
            for pc in pcs.values():
                pc.store.close()
    assert len(given_numbers) == len(set(given_numbers))


def _act(pc: Workplace, act: str) -> list[str]:
    from stationapp.services.numbering import next_document_number

    if act == "d":
        with pc.store.write() as unit:
            return [next_document_number(pc, unit, "送")]
    case, _ = intake.receive(pc, draft())
    if act == "r":
        return [case.receipt_number]
    return [case.receipt_number, batches.send_batch(pc, [case.case_id])[0].batch_number]


def test_two_pcs_see_each_others_cases_once_shared(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft())
    county.at("clerk")
    county.share()
    assert county.known("clerk", case).receipt_number == case.receipt_number
