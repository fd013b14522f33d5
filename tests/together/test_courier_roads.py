"""Sticks, the network, and both: the same acts by every road have one effect, and nothing is lost on the way."""

from __future__ import annotations

import errno
from random import Random

import pytest
from sqlalchemy import func, select

from countyhub.acceptance.tables import CaseEventRow, EnvelopeRow
from countyhub.courier import spool
from countyhub.devices import service as devices
from countyhub.devices.orders import lose
from courier_sticks import (
    SCAN,
    answers,
    at_the_hub,
    codes,
    copied,
    only_here,
    read,
    stash_of,
    the_file,
    written,
)
from hub_world import agreed, quick_folder
from hubprotocol.courier.stick import StickWriter, find
from lossy_network import LossyNetwork
from small_county import TOWNSHIP
from stationapp.exchange.courier.ledger import read_ledger
from stationapp.exchange.orders import standing
from stationapp.exchange.state import Outcome


def counted(world, row):
    with world.hub.hub.database.read() as connection:
        return connection.execute(select(func.count()).select_from(row)).scalar_one()


def test_a_village_without_any_network_works_by_stick(world, tmp_path):
    case_id = world.village.receive(SCAN)
    world.village.hand_over(case_id, TOWNSHIP)
    stick = tmp_path / "stick"
    done = written(world.village, stick)
    assert len(done.file.parts) > 1
    assert only_here(world.village) == 2
    (report,) = at_the_hub(world, stick)
    assert (report.taking, report.last_seq, report.attachments) == ("taken", 2, 1)
    assert only_here(world.village) == 2, "nothing changes before the receipt is read"
    (found,) = answers(read(world.village, stick))
    assert (found.result, found.answer.settled, found.remark) == ("taken", 2, "")
    assert only_here(world.village) == 0
    assert set(world.village.statuses(case_id)) == {"confirmed"}
    assert agreed(world)
    assert world.township.state_of(case_id) is world.village.state_of(case_id)


def test_what_others_did_comes_back_with_scans_and_documents(world, tmp_path):
    case_id = world.village.receive(SCAN)
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    stick = tmp_path / "stick"
    written(world.township, stick)
    at_the_hub(world, stick)
    (found,) = answers(read(world.township, stick))
    assert (found.answer.received > 0, found.answer.scans) == (True, 1)
    assert world.township.state_of(case_id) is world.village.state_of(case_id)
    with world.township.store.read() as unit:
        assert unit.attachments.missing_here(10) == []
    world.township.act(case_id, "sign_for")
    written(world.township, stick)
    at_the_hub(world, stick)
    read(world.township, stick)
    written(world.village, stick)
    at_the_hub(world, stick)
    read(world.village, stick)
    assert world.village.state_of(case_id) is world.township.state_of(case_id)
    assert agreed(world)


def test_the_same_acts_by_stick_and_by_network_have_one_effect(world, tmp_path):
    world.village.receive(SCAN)
    stick = tmp_path / "stick"
    written(world.village, stick)
    world.sync(world.village)
    world.village.receive()
    written(world.village, stick)
    reports = at_the_hub(world, stick)
    assert [one.taking for one in reports] == ["taken", "taken"]
    world.sync(world.village)
    assert waiting(world.village) == 0, "the network brought everything"
    read(world.village, stick)
    assert (counted(world, CaseEventRow), only_here(world.village)) == (2, 0)
    assert agreed(world)
    assert waiting(world.village) == 0


def waiting(station):
    with station.store.read() as unit:
        ledger = read_ledger(unit, station.identity.device)
        return len(ledger.waiting(unit.chain.acknowledged().seq))


def test_a_copied_stick_is_taken_twice_at_two_places(world, tmp_path):
    world.village.receive(SCAN)
    stick = tmp_path / "stick"
    written(world.village, stick)
    other = copied(stick, "other")
    assert [one.taking for one in at_the_hub(world, stick)] == ["taken"]
    assert [one.taking for one in at_the_hub(world, other)] == ["again"]
    done = read(world.township, copied(other, "third"), online=True)
    assert [one.result for one in done.findings if one.kind == "others"] == ["carried"]
    assert counted(world, EnvelopeRow) == 1
    assert answers(read(world.village, other))[0].result == "taken"
    found = answers(read(world.village, stick))
    assert {one.result for one in found} <= {"old", "taken"}
    assert only_here(world.village) == 0
    assert agreed(world)


def test_a_later_file_waits_for_the_one_before_it(world, tmp_path):
    world.village.receive()
    written(world.village, tmp_path / "first")
    world.village.receive(SCAN)
    written(world.village, tmp_path / "second", only_new=True)
    (early,) = at_the_hub(world, tmp_path / "second")
    assert (early.taking, early.missing, early.first_seq) == ("early", 1, 2)
    assert "第 1 号" in early.text
    assert answers(read(world.village, tmp_path / "second"))[0].answer.settled == 0
    assert only_here(world.village) == 2
    (first,) = at_the_hub(world, tmp_path / "first")
    assert first.taking == "taken"
    assert answers(read(world.village, tmp_path / "first"))[0].answer.settled == 2
    assert (only_here(world.village), counted(world, CaseEventRow)) == (0, 2)
    assert agreed(world)


def test_a_kept_file_follows_when_the_network_brings_what_was_missing(world, tmp_path):
    world.village.receive()
    written(world.village, tmp_path / "lost")
    world.village.receive(SCAN)
    written(world.village, tmp_path / "second", only_new=True)
    assert at_the_hub(world, tmp_path / "second")[0].taking == "early"
    events = world.village.engine._pace.events
    events.least, events.most, events.now = 1, 1, 1
    world.sync(world.village)
    assert counted(world, EnvelopeRow) == 2
    assert [one.taking for one in at_the_hub(world, tmp_path / "second")] == ["taken"]
    assert agreed(world)


def test_the_township_carries_a_file_on_that_it_cannot_read(world, tmp_path):
    case_id = world.village.receive(SCAN * 4)
    stick = tmp_path / "stick"
    written(world.village, stick)
    done = read(world.township, stick, online=True)
    (carried,) = done.findings
    assert (carried.kind, carried.result, carried.code) == ("others", "carried", "")
    assert done.touched == frozenset()
    (found,) = answers(read(world.village, stick))
    assert (found.result, found.answer.settled) == ("taken", 1)
    assert world.village.statuses(case_id) == ["confirmed"]
    assert world.township.state_of(case_id) is None
    assert agreed(world)


def test_carrying_goes_on_where_a_bad_network_cut_it(template, tmp_path):
    networks = {}

    def wrap(network, name):
        networks[name] = LossyNetwork(network, Random(name), 0.3)
        return networks[name]

    with quick_folder() as folder, template.world(folder / "world", wrap_network=wrap) as world:
        world.village.receive(SCAN * 12)
        stick = tmp_path / "stick"
        written(world.village, stick, part_bytes=1_000_000)
        for _ in range(200):
            (finding,) = [
                one for one in read(world.township, stick, online=True).findings if one.kind == "others"
            ]
            if finding.result == "carried":
                break
            assert (finding.result, finding.code) == ("waiting", "not-carried")
        assert finding.result == "carried"
        read(world.village, stick)
        assert only_here(world.village) == 0
        assert counted(world, EnvelopeRow) == 1


def test_a_file_already_carried_is_not_sent_again(world, tmp_path):
    world.village.receive(SCAN * 4)
    stick = tmp_path / "stick"
    written(world.village, stick)
    read(world.township, stick, online=True)
    sent = []
    world.township.client.courier_send = lambda *parts: sent.append(parts)
    other = copied(stick, "other")
    (again,) = [one for one in read(world.township, other, online=True).findings if one.kind == "others"]
    assert (again.result, sent) == ("carried", [])
    assert len([one for one in find(other) if one.name.startswith("D")]) == 1


def test_only_answers_can_be_fetched_and_only_announced_files_sent(world, tmp_path):
    world.village.receive()
    stick = tmp_path / "stick"
    written(world.village, stick)
    found = the_file(stick).scanned()
    hub = world.hub.hub
    carrier = devices.find(hub, world.township.identity.device)
    for piece in (
        lambda: spool.answer_piece(hub, found.hash, 0),
        lambda: spool.put_piece(hub, carrier, found.hash, 0, b"x"),
    ):
        with pytest.raises(Exception, match="not-found"):
            piece()


def test_a_restored_hub_gets_back_what_it_had_confirmed(template, tmp_path):
    with quick_folder() as folder, template.world(folder / "world") as world:
        world.sync()
        backup = world.hub.folder / "hub.sqlite"
        world.hub.hub.database.close()
        saved = backup.read_bytes()
        case_id = world.village.receive()
        world.sync(world.village)
        assert only_here(world.village) == 0
        world.hub.hub.database.close()
        for ending in ("-wal", "-shm"):
            backup.with_name(backup.name + ending).unlink(missing_ok=True)
        backup.write_bytes(saved)
        world.hub.begin_epoch()
        stick = tmp_path / "stick"
        written(world.village, stick)
        at_the_hub(world, stick)
        read(world.village, stick)
        again = written(world.village, stick)
        assert len(again.parcel.envelopes) == 1, "the hub lost it, so it goes once more"
        assert at_the_hub(world, stick)[-1].taking == "taken"
        read(world.village, stick)
        assert only_here(world.village) == 0
        assert world.village.statuses(case_id) == ["confirmed"]
        assert agreed(world)


def test_an_old_answer_moves_nothing_back(world, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    case_id = world.village.receive(SCAN)
    written(world.village, first)
    at_the_hub(world, first)
    world.village.hand_over(case_id, TOWNSHIP)
    written(world.village, second)
    at_the_hub(world, second)
    read(world.village, second)
    state = world.village.state_of(case_id)
    world.sync()
    with world.village.store.read() as unit:
        before = (unit.mailboxes.cursors(), unit.chain.acknowledged(), unit.references.versions())
    (old,) = answers(read(world.village, first))
    assert (old.result, old.code) == ("old", "")
    with world.village.store.read() as unit:
        assert (unit.mailboxes.cursors(), unit.chain.acknowledged(), unit.references.versions()) == before
    assert world.village.state_of(case_id) is state
    assert [done.outcome for done in world.sync()] == [Outcome.AGREED] * 3


def test_an_answer_of_another_epoch_moves_nothing_back(world, tmp_path):
    world.village.receive()
    stick = tmp_path / "stick"
    written(world.village, stick)
    at_the_hub(world, stick)
    world.hub.begin_epoch()
    world.sync()
    (old,) = answers(read(world.village, stick))
    with world.village.store.read() as unit:
        assert {one.epoch for one in unit.mailboxes.cursors()} == {unit.identity.get().epoch}
    assert (old.answer.settled, old.answer.received) == (0, 0)
    assert answers(read(world.village, stick))[0].result == "old"
    assert agreed(world)


def test_the_files_of_several_villages_travel_on_one_stick(world, tmp_path):
    stick = tmp_path / "stick"
    world.village.receive()
    world.township.receive(SCAN)
    for station in (world.village, world.township):
        written(station, stick)
    assert [one.taking for one in at_the_hub(world, stick)] == ["taken", "taken"]
    for station in (world.village, world.township):
        done = read(station, stick)
        assert sorted(one.result for one in done.findings) == ["not-ours", "old", "old", "taken"]
        assert "".join(codes(done)) == ""
        assert only_here(station) == 0
    assert agreed(world)


def test_a_township_without_a_network_gathers_sticks_and_brings_the_answers_back(world, tmp_path):
    """Village to township on one stick, township to county on another, and both ways back: no network anywhere."""
    case_id = world.village.receive(SCAN)
    world.township.receive()
    villages, townships = tmp_path / "villages", tmp_path / "townships"
    written(world.village, villages)
    (kept,) = read(world.township, villages).findings
    assert (kept.result, kept.kind) == ("waiting", "others")
    assert written(world.township, townships).others == 1
    assert sorted(one.taking for one in at_the_hub(world, townships)) == ["taken", "taken"]
    done = read(world.township, townships)
    assert sorted(one.result for one in done.findings) == ["not-ours", "old", "old", "taken"]
    assert kept_files(world.township) == ["D"]
    done = read(world.township, villages)
    assert "carried" in [one.result for one in done.findings]
    assert answers(read(world.village, villages))[0].answer.settled == 1
    assert world.village.statuses(case_id) == ["confirmed"]
    assert (only_here(world.village), only_here(world.township)) == (0, 0)
    assert agreed(world)


def kept_files(station):
    return sorted(one.name[0] for one in find(stash_of(station)))


def test_what_waits_at_a_township_goes_on_when_the_network_is_back(world, tmp_path):
    world.village.receive(SCAN)
    stick = tmp_path / "stick"
    written(world.village, stick)
    read(world.township, stick)
    (tmp_path / "other").mkdir()
    read(world.township, tmp_path / "other", online=True)
    assert counted(world, EnvelopeRow) == 1
    assert kept_files(world.township) == ["D"]
    read(world.township, stick)
    assert answers(read(world.village, stick))[0].answer.settled == 1


def test_a_damaged_copy_of_anothers_file_is_dropped_and_not_sent(world, tmp_path):
    world.village.receive(SCAN)
    stick = tmp_path / "stick"
    written(world.village, stick)
    read(world.township, stick)
    (file,) = find(stash_of(world.township))
    file.parts[-1].write_bytes(b"")
    assert written(world.township, tmp_path / "own").others == 0
    read(world.township, stick)
    assert written(world.township, tmp_path / "again").others == 1


def test_a_read_only_stick_is_no_loss_for_what_was_carried(world, tmp_path, monkeypatch):
    world.village.receive()
    stick = tmp_path / "stick"
    written(world.village, stick)

    def read_only(self, *_):
        raise OSError(errno.EROFS, "read only")

    monkeypatch.setattr(StickWriter, "__init__", read_only)
    (finding,) = read(world.township, stick, online=True).findings
    assert (finding.result, finding.code) == ("waiting", "no-answer")
    assert counted(world, EnvelopeRow) == 1
    monkeypatch.undo()
    read(world.township, stick, online=True)
    assert answers(read(world.village, stick))[0].answer.settled == 1


def test_a_lost_pc_hears_by_stick_that_it_is_locked(world, tmp_path):
    world.village.receive()
    lose(world.hub.hub, world.village.identity.device, wipe=False)
    stick = tmp_path / "stick"
    written(world.village, stick)
    at_the_hub(world, stick)
    (found,) = answers(read(world.village, stick))
    assert found.answer.locked
    assert "锁定" in found.text
    assert only_here(world.village) == 0
    with world.village.store.read() as unit:
        assert standing(unit).restricts
