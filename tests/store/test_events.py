"""The event log: own events, the hub's answers, and what comes through its mailbox."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from hubprotocol.envelope import Envelope
from hubprotocol.messages import ReasonMessage
from stationapp.domain.case import State
from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason
from stationapp.store.rebuild import compare
from stationapp.store.records import CaseQuery, ChainHead, EventStatus, PendingSummary, StoredEvent
from stationapp.store.seats import ContradictionError
from stationapp.store.station_store import StationStore
from store.world import (
    AGENT,
    CLERK,
    DEVICE,
    EPOCH,
    IDENTITY,
    NOON,
    TOWNSHIP,
    Device,
    World,
    event,
    facts_of,
    handover,
    later,
)

REASON = Reason("wrong-state", "办件现在不能移交。", "to_desk")


def of_case(store: StationStore, case_id: str) -> list[StoredEvent]:
    """The case's events as the store tells them."""
    with store.read() as unit:
        return unit.events.of_case(case_id)


def moves(store: StationStore, case_id: str) -> list[str]:
    """The moves of the case's events in order."""
    return [stored.event.move for stored in of_case(store, case_id)]


def verdict(store: StationStore, seq: int, result: str, revision: int = 0, *reasons: Reason) -> bool:
    """Note an answer of the hub to an own envelope."""
    with store.write() as unit:
        return unit.events.apply_verdict(DEVICE, seq, result, revision, later(seq), reasons)


def test_an_own_event_is_in_the_log_the_outbox_and_the_lists_at_once(
    store: StationStore, world: World
) -> None:
    received = world.receive()
    (envelope,) = world.append(store, received)
    with store.read() as unit:
        assert unit.chain.head() == ChainHead(1, envelope.hash)
        assert unit.events.outbox(10, 10**6) == [envelope]
        (stored,) = unit.events.of_case(received.case_id)
        assert (stored.event, stored.envelope, stored.status) == (received, envelope, EventStatus.PENDING)
        record = unit.cases.get(received.case_id)
        assert record is not None
        assert (record.case.state, record.pending, record.confirmed_revision) == (State.RECEIVED, 1, 0)
        assert unit.cases.find(CaseQuery(text=received.facts["receipt_number"])) == [received.case_id]


def test_a_transaction_that_fails_leaves_nothing(store: StationStore, world: World) -> None:
    received = world.receive()
    envelope = world.mine.seal(received)
    with pytest.raises(RuntimeError, match="printer on fire"):
        _receive_and_fail(store, received, envelope)
    with store.read() as unit:
        assert unit.chain.head() == ChainHead()
        assert unit.cases.get(received.case_id) is None
        assert unit.numbers.last_count("receipt", "2026-11-20") == 0


def _receive_and_fail(store: StationStore, received: CaseEvent, envelope: Envelope) -> None:
    with store.write() as unit:
        unit.numbers.next_count("receipt", "2026-11-20")
        unit.events.append_pending(received, envelope)
        raise RuntimeError("printer on fire")


def test_an_envelope_that_leaves_a_gap_or_forks_the_chain_is_not_taken(
    store: StationStore, world: World
) -> None:
    first, second, third = (world.receive() for _ in range(3))
    world.append(store, first)
    world.mine.seal(second)
    with pytest.raises(ValueError, match="does not continue"), store.write() as unit:
        unit.events.append_pending(third, world.mine.seal(third))
    forked = Device()
    with pytest.raises(ValueError, match="does not continue"), store.write() as unit:
        unit.events.append_pending(third, forked.seal(third))


def test_an_envelope_with_another_event_inside_is_not_taken(store: StationStore, world: World) -> None:
    envelope = world.mine.seal(world.receive())
    with pytest.raises(ValueError, match="does not hold"), store.write() as unit:
        unit.events.append_pending(world.receive(), envelope)


def test_the_same_event_is_not_taken_twice(store: StationStore, world: World) -> None:
    received = world.receive()
    world.append(store, received)
    with pytest.raises(sqlcipher.IntegrityError), store.write() as unit:
        unit.events.append_pending(received, world.mine.seal(received))


def test_a_verdict_confirms_and_saying_it_twice_changes_nothing(store: StationStore, world: World) -> None:
    received = world.receive()
    world.append(store, received)
    assert verdict(store, 1, "accepted", 1)
    once = of_case(store, received.case_id)
    assert (once[0].status, once[0].revision, once[0].epoch) == (EventStatus.CONFIRMED, 1, EPOCH)
    assert once[0].received_at is not None
    assert once[0].received_at.isoformat() == later(1)
    for result in ("accepted", "held", "refused"):
        assert verdict(store, 1, result, 1, REASON)
        assert of_case(store, received.case_id) == once
    assert compare(store) == []


def test_a_verdict_on_an_unknown_envelope_is_answered_with_no(store: StationStore) -> None:
    assert not verdict(store, 7, "accepted", 1)


def test_a_held_event_stays_on_top_with_its_reason(store: StationStore, world: World) -> None:
    received = world.receive()
    world.append(store, received)
    with store.write() as unit:
        told = ReasonMessage(code="attachment", text="附件尚未上传完。")
        unit.events.apply_verdict(DEVICE, 1, "held", 0, "", [told])
    (stored,) = of_case(store, received.case_id)
    assert (stored.status, stored.reasons) == (EventStatus.HELD, (Reason("attachment", "附件尚未上传完。"),))
    with store.read() as unit:
        assert unit.cases.find(CaseQuery(attention=True)) == [received.case_id]
        assert unit.events.pending_summary() == PendingSummary(1, 1, NOON, 1, 0, 0)
    verdict(store, 1, "accepted", 1)
    with store.read() as unit:
        assert unit.cases.find(CaseQuery(attention=True)) == []
        assert unit.events.pending_summary() == PendingSummary(0, 0, None, 0, 0, 0)


def test_a_refused_event_has_no_effect_but_is_kept_until_a_person_settles_it(
    store: StationStore, world: World
) -> None:
    received = world.receive()
    handed = handover(received.case_id)
    world.append(store, received, handed)
    verdict(store, 1, "accepted", 1)
    verdict(store, 2, "refused", 0, REASON)
    assert moves(store, received.case_id) == ["receive"]
    with store.read() as unit:
        (refused,) = unit.events.refused(received.case_id)
        assert (refused.event, refused.reasons) == (handed, (REASON,))
        (line,) = unit.cases.summary([received.case_id])
        assert (line.state, line.refused, line.pending, line.batch_number) == (State.RECEIVED, 1, 0, "")
        assert unit.cases.count(CaseQuery(attention=True)) == 1
        assert unit.events.pending_summary().refused == 1
    for note in ("已重新移交", "不再改写"):
        with store.write() as unit:
            unit.events.settle_refused(handed.event_id, note, "p-agent", NOON)
    with store.read() as unit:
        (settled,) = unit.events.refused()
        assert (settled.settled_note, settled.settled_by, settled.settled_at) == (
            "已重新移交",
            "p-agent",
            NOON,
        )
        assert unit.cases.count(CaseQuery(attention=True)) == 0
        assert unit.events.pending_summary().refused == 0
    assert compare(store) == []


def test_only_a_refused_event_can_be_settled(store: StationStore, world: World) -> None:
    received = world.receive()
    world.append(store, received)
    with pytest.raises(ValueError, match="refused"), store.write() as unit:
        unit.events.settle_refused(received.event_id, "", "p-agent", NOON)


def test_a_case_whose_opening_was_refused_is_still_found_by_its_receipt(
    store: StationStore, world: World
) -> None:
    received = world.receive()
    world.append(store, received, handover(received.case_id))
    verdict(store, 1, "refused", 0, REASON)
    with store.read() as unit:
        assert unit.cases.by_number(received.facts["receipt_number"]) == received.case_id
        (line,) = unit.cases.summary([received.case_id])
        assert (line.opening_refused, line.holder, line.refused, line.pending) == (True, "", 1, 1)
        assert line.why_refused == REASON.text
        record = unit.cases.get(received.case_id)
        assert record is not None
        assert record.opening_refused
    with store.write() as unit:
        unit.events.settle_refused(received.event_id, "当事人已知", "p-agent", NOON)
    with store.read() as unit:
        assert unit.cases.by_number(received.facts["receipt_number"]) == received.case_id
    assert compare(store) == []


def test_confirmed_events_come_first_and_own_ones_on_top(store: StationStore, world: World) -> None:
    received = world.receive()
    world.append(store, received, handover(received.case_id))
    verdict(store, 1, "accepted", 1)
    world.append(store, event(received.case_id, "recall", AGENT, facts_of("recall")))
    verdict(store, 2, "accepted", 2)
    world.confirm(store, event(received.case_id, "sign_for", CLERK), first=3)
    assert moves(store, received.case_id) == ["receive", "hand_over", "sign_for", "recall"]
    verdict(store, 3, "refused", 0, REASON)
    with store.read() as unit:
        record = unit.cases.get(received.case_id)
        assert record is not None
        assert (record.case.state, record.case.holder) == (State.SIGNED_FOR, TOWNSHIP)
        assert (record.confirmed_revision, record.refused) == (3, 1)
    assert compare(store) == []


def test_the_mailbox_and_the_verdict_tell_the_same_event_once(store: StationStore, world: World) -> None:
    received = world.receive()
    (envelope,) = world.append(store, received)
    with store.write() as unit:
        unit.events.apply_confirmed([(1, later(1), envelope, received)])
    by_mailbox = of_case(store, received.case_id)
    verdict(store, 1, "accepted", 1)
    with store.write() as unit:
        unit.events.apply_confirmed([(1, later(1), envelope, received)])
    assert of_case(store, received.case_id) == by_mailbox
    assert len(by_mailbox) == 1


def test_a_place_is_never_given_twice_in_one_epoch(store: StationStore, world: World) -> None:
    received = world.receive()
    world.confirm(store, received, event(received.case_id, "withdraw", AGENT, facts_of("withdraw")))
    other = event(received.case_id, "void", AGENT, facts_of("void"))
    with pytest.raises(ContradictionError):
        world.confirm(store, other, first=2)
    withdrawn = of_case(store, received.case_id)[1]
    with pytest.raises(ContradictionError), store.write() as unit:
        unit.events.apply_confirmed([(3, later(3), withdrawn.envelope, withdrawn.event)])
    assert moves(store, received.case_id) == ["receive", "withdraw"]


def test_a_hub_restored_from_a_backup_orders_the_case_anew(store: StationStore, world: World) -> None:
    received = world.receive()
    world.append(store, received, handover(received.case_id))
    verdict(store, 1, "accepted", 1)
    verdict(store, 2, "accepted", 2)
    signed = event(received.case_id, "sign_for", CLERK)
    world.confirm(store, signed, first=3)
    opening, handed, _ = of_case(store, received.case_id)

    with store.write() as unit:
        unit.identity.set_epoch("epoch-2")
        unit.chain.set_acknowledged(ChainHead(1, opening.envelope.hash), 1)
        unit.events.apply_confirmed([(1, later(1), opening.envelope, received)])
    assert moves(store, received.case_id) == ["receive", "hand_over"]
    with store.read() as unit:
        assert unit.events.outbox(10, 10**6) == [handed.envelope]
        assert unit.events.pending_summary().events == 1

    assert verdict(store, 2, "refused", 0, REASON)
    assert moves(store, received.case_id) == ["receive"]
    assert compare(store) == []


def test_an_own_event_coming_back_from_the_hub_continues_the_chain(store: StationStore, world: World) -> None:
    """The disk was put back from a backup: the hub has more of this device than the device itself."""
    received = world.receive()
    envelope = world.mine.seal(received)
    with store.write() as unit:
        unit.events.apply_confirmed([(1, later(1), envelope, received)])
    with store.read() as unit:
        assert unit.chain.head() == ChainHead(1, envelope.hash)
    world.append(store, handover(received.case_id))
    assert moves(store, received.case_id) == ["receive", "hand_over"]


def test_the_outbox_is_contiguous_and_bounded(store: StationStore, world: World) -> None:
    envelopes = world.append(store, *(world.receive() for _ in range(5)))
    with store.read() as unit:
        assert unit.events.outbox(3, 10**6) == envelopes[:3]
        assert unit.events.outbox(3, 1) == envelopes[:1]
        size = len(envelopes[0].body.encode()) + 640
        assert unit.events.outbox(5, 2 * size + 100) == envelopes[:2]
    with store.write() as unit:
        unit.chain.set_acknowledged(ChainHead(4, envelopes[3].hash), 2)
    with store.read() as unit:
        assert unit.events.outbox(5, 10**6) == envelopes[4:]
        assert unit.chain.acknowledged() == ChainHead(4, envelopes[3].hash)
        assert unit.chain.durable_upto() == 2


def test_a_case_taken_back_by_the_hub_goes_and_comes_again(store: StationStore, world: World) -> None:
    received = world.receive()
    envelopes = world.confirm(store, received)
    with store.write() as unit:
        unit.mailboxes.hold(TOWNSHIP, received.case_id, 1, envelopes[0].hash)
        assert unit.events.evict(received.case_id)
        unit.mailboxes.drop(TOWNSHIP, received.case_id)
    with store.read() as unit:
        assert unit.cases.get(received.case_id) is None
        assert unit.events.of_case(received.case_id) == []
        assert unit.cases.find(CaseQuery(text="吴")) == []
    assert compare(store) == []
    with store.write() as unit:
        unit.events.apply_confirmed([(1, later(1), envelopes[0], received)])
    with store.read() as unit:
        assert unit.cases.find(CaseQuery(text="吴")) == [received.case_id]
    assert compare(store) == []


def test_a_case_with_unsent_events_is_never_taken_away(store: StationStore, world: World) -> None:
    received, supplied = world.receive(), None
    world.confirm(store, received)
    supplied = event(received.case_id, "withdraw", AGENT, facts_of("withdraw"))
    world.append(store, supplied)
    for _ in range(2):
        with store.write() as unit:
            assert not unit.events.evict(received.case_id)
    with store.read() as unit:
        (line,) = unit.cases.summary([received.case_id])
        assert line.taken_back
        assert unit.cases.count(CaseQuery(attention=True)) == 1
    assert moves(store, received.case_id) == ["receive", "withdraw"]
    verdict(store, 1, "refused", 0, REASON)
    assert moves(store, received.case_id) == ["receive"]
    with store.write() as unit:
        unit.events.settle_refused(supplied.event_id, "已电话告知", "p-agent", NOON)
    with store.read() as unit:
        assert unit.cases.get(received.case_id) is None
        assert [stored.event for stored in unit.events.refused()] == [supplied]
    assert compare(store) == []


def test_a_case_another_mailbox_still_holds_stays(store: StationStore, world: World) -> None:
    received = world.receive()
    (envelope,) = world.confirm(store, received)
    with store.write() as unit:
        unit.mailboxes.hold("feed-1", received.case_id, 1, envelope.hash)
        unit.mailboxes.hold("feed-2", received.case_id, 1, envelope.hash)
        unit.events.evict(received.case_id)
        unit.mailboxes.drop("feed-1", received.case_id)
    with store.read() as unit:
        assert unit.cases.get(received.case_id) is not None
    with store.write() as unit:
        unit.mailboxes.drop("feed-2", received.case_id)
    with store.read() as unit:
        assert unit.cases.get(received.case_id) is None
    assert compare(store) == []


def test_own_events_of_a_case_taken_back_stay_for_the_chain(store: StationStore, world: World) -> None:
    received = world.receive()
    (envelope,) = world.append(store, received)
    verdict(store, 1, "accepted", 1)
    with store.write() as unit:
        assert unit.events.evict(received.case_id)
    with store.read() as unit:
        assert unit.cases.get(received.case_id) is None
        assert unit.chain.head() == ChainHead(1, envelope.hash)
        assert unit.events.outbox(10, 10**6) == [envelope]
    assert compare(store) == []


def test_evicting_what_is_not_here_is_done_already(store: StationStore) -> None:
    with store.write() as unit:
        assert unit.events.evict("nowhere")


def test_a_move_of_a_newer_program_is_kept_and_flagged(store: StationStore, world: World) -> None:
    received = world.receive()
    strange = replace(event(received.case_id, "sign_for", CLERK), move="teleport")
    world.confirm(store, received, strange)
    with store.read() as unit:
        record = unit.cases.get(received.case_id)
        assert record is not None
        assert (record.case.state, record.unknown_moves) == (State.RECEIVED, 1)
        assert unit.cases.count(CaseQuery(attention=True)) == 1
    assert compare(store) == []


def test_without_an_identity_there_is_nothing_to_send(store: StationStore, world: World) -> None:
    world.append(store, world.receive())
    with store.write() as unit:
        unit.identity.set(replace(IDENTITY, device="pc-another"))
    with store.read() as unit:
        assert unit.events.outbox(10, 10**6) == []
        assert unit.chain.head() == ChainHead()
