"""An act and its outbox entry are one transaction: all of it is stored or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from county_at_work import draft, stored_events
from hubprotocol.envelope import MOST_BODY, is_signed_by_device, is_signed_by_person
from hubprotocol.keys import sign_public_of
from stationapp.domain.refusal import Refused
from stationapp.services import batches, casework, intake
from stationapp.services.acts import LONGEST_BODY
from stationapp.services.numbering import next_document_number
from stationapp.services.workplace import Workplace
from stationapp.store.units import WriteUnit


class PowerCutError(Exception):
    """The plug is pulled."""


@contextmanager
def power_cut(workplace: Workplace) -> Iterator[WriteUnit]:
    """A transaction that ends with the plug pulled."""
    with suppress(PowerCutError), workplace.store.write() as unit:
        yield unit
        raise PowerCutError


def standing(workplace: Workplace) -> tuple[int, int, int, int]:
    """How much was ever stored: events, chain, receipts and service certificates numbered."""
    day = workplace.now().date()
    with workplace.store.read() as unit:
        return (
            unit.events.pending_summary().events,
            unit.chain.head().seq,
            unit.numbers.last_count("receipt", day.isoformat()),
            unit.numbers.last_count("document:抗香村送", str(day.year)),
        )


def test_a_power_cut_inside_a_receipt_stores_nothing_and_uses_no_number(village: Workplace) -> None:
    given_in = draft()
    intake.save_draft(village, given_in)
    with power_cut(village) as unit:
        case = intake.receive_within(village, unit, given_in)
        assert unit.cases.get(case.case_id) is not None
    assert standing(village) == (0, 0, 0, 0)
    assert intake.resume_draft(village, given_in.draft_id) == given_in
    case, _ = intake.receive(village, given_in)
    assert case.receipt_number.split("-")[2].startswith("010001")


def test_a_number_drawn_for_an_act_that_failed_is_given_again(village: Workplace) -> None:
    with power_cut(village) as unit:
        lost = next_document_number(village, unit, "送")
    with village.store.write() as unit:
        assert next_document_number(village, unit, "送") == lost


def test_a_refused_act_leaves_the_case_and_the_chain_as_they_were(village: Workplace) -> None:
    case, _ = intake.receive(village, draft())
    before = standing(village)
    with pytest.raises(Refused):
        casework.act(village, case.case_id, "serve", {"manner": "in_person", "recipient": "吴䶮"})
    assert standing(village) == before


def test_a_batch_is_refused_whole(village: Workplace) -> None:
    ready, _ = intake.receive(village, draft())
    waiting, _ = intake.note_missing(village, draft(complete=False))
    before = standing(village)
    with pytest.raises(Refused, match=waiting.receipt_number):
        batches.send_batch(village, [ready.case_id, waiting.case_id])
    assert standing(village) == before
    with village.store.read() as unit:
        assert unit.numbers.last_count("batch", village.now().date().isoformat()) == 0


def test_what_lies_in_the_outbox_is_the_act_signed_by_pc_and_person(village: Workplace) -> None:
    case, _ = intake.receive(village, draft())
    with village.store.read() as unit:
        (envelope,) = unit.events.outbox(10, 1_000_000)
    assert json.loads(envelope.body)["facts"]["receipt_number"] == case.receipt_number
    assert is_signed_by_device(envelope, sign_public_of(village.identity.device_seed))
    assert is_signed_by_person(envelope, sign_public_of(village.sign_seed))
    (stored,) = stored_events(village, case.case_id)
    assert (stored.event.hand, stored.event.under) == (village.hand, village.references.versions)


def test_an_act_that_is_too_long_for_the_hub_is_refused_before_it_is_sealed(village: Workplace) -> None:
    case, _ = intake.receive(village, draft())
    before = standing(village)
    with pytest.raises(Refused, match="内容太长") as refused:
        casework.act(village, case.case_id, "prioritise", {"reason": "长" * LONGEST_BODY})
    assert [one.code for one in refused.value.reasons] == ["too-long"]
    assert standing(village) == before
    casework.act(village, case.case_id, "prioritise", {"reason": "年满八十岁"})
    body = stored_events(village, case.case_id)[-1].envelope.body
    assert len(body) < LONGEST_BODY < MOST_BODY
