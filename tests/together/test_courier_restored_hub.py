"""A county platform restored from a backup, and a village that meets it by stick alone: what is missing is said."""

from __future__ import annotations

import pytest

from courier_sticks import SCAN, answers, at_the_hub, only_here, read, written
from hub_world import agreed
from small_county import TOWNSHIP
from stationapp.exchange.background import read_state
from stationapp.exchange.courier.ledger import read_ledger
from stationapp.exchange.state import SyncState
from stationapp.store.verification import verify


def trip(world, station, stick, **more):
    """To the county and back with a new file; what the hub said, and what was found."""
    written(station, stick, **more)
    reports = at_the_hub(world, stick)
    return reports, read(station, stick)


def standing(station):
    return read_state(station.store, SyncState())


def pending_of(station, case_id):
    with station.store.read() as unit:
        return unit.cases.get(case_id).pending


def scans_only_here(station):
    with station.store.read() as unit:
        return unit.attachments.count_not_at_hub()


def waiting(station):
    with station.store.read() as unit:
        ledger = read_ledger(unit, station.identity.device)
        return [one.number for one in ledger.waiting(unit.chain.acknowledged().seq)]


@pytest.fixture(params=[True, False], ids=["new epoch", "same epoch"])
def after_the_loss(world, tmp_path, request):
    """The village had brought two cases, a scan with one of them; the hub restored has neither."""
    trip(world, world.village, tmp_path / "zeroth")
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    first, second = world.village.receive(SCAN), world.village.receive()
    world.village.hand_over(first, TOWNSHIP)
    trip(world, world.village, tmp_path / "first")
    assert (only_here(world.village), scans_only_here(world.village)) == (0, 0)
    world.hub.restore(backup, new_epoch=request.param)
    return first, second


def test_the_answer_of_a_restored_hub_makes_its_losses_only_here_again(world, tmp_path, after_the_loss):
    first, second = after_the_loss
    _, done = trip(world, world.village, tmp_path / "second")
    (found,) = answers(done)
    assert (found.answer.lost.records, found.answer.lost.scans) == (3, 1)
    assert "用备份恢复过" in found.text
    assert "3 条办理记录和 1 个扫描件要再送一次" in found.text
    assert "没有丢失" in found.text
    assert "写到U盘" in found.text
    assert {first, second} <= done.touched
    assert (only_here(world.village), scans_only_here(world.village)) == (3, 1)
    assert (pending_of(world.village, first), pending_of(world.village, second)) == (2, 1)
    assert not standing(world.village).agreed


def test_a_new_stick_brings_all_of_it_and_ends_in_agreement(world, tmp_path, after_the_loss):
    trip(world, world.village, tmp_path / "second")
    _, done = trip(world, world.village, tmp_path / "third")
    assert answers(done)[0].answer.lost is None
    assert "恢复" not in answers(done)[0].text
    assert (only_here(world.village), scans_only_here(world.village)) == (0, 0)
    for case_id in after_the_loss:
        assert set(world.village.statuses(case_id)) == {"confirmed"}
    trip(world, world.village, tmp_path / "fourth")
    assert standing(world.village).agreed
    assert agreed(world)


def test_what_lies_here_stays_sound_while_the_hub_lacks_it(world, tmp_path, after_the_loss):
    trip(world, world.village, tmp_path / "second")
    report = verify(world.village.store, {}, {}, world.village.files)
    assert {one.subject for one in report.findings} <= {"signature"}, "no keys were given"


@pytest.mark.parametrize("after_the_loss", [True], indirect=True)
def test_a_later_file_that_the_hub_only_keeps_asks_for_a_new_one(world, tmp_path, after_the_loss):
    world.village.receive()
    (report,), done = trip(world, world.village, tmp_path / "second")
    assert (report.taking, report.missing) == ("early", 2)
    assert "缺少本站以前送到过的 3 条记录" in report.text
    assert "重新写一份" in report.text
    (own,) = [one for one in done.findings if one.kind == "own"]
    assert (own.result, own.code) == ("waiting", "write-anew")
    assert "再送这一份没有用" in own.text
    assert only_here(world.village) == 4
    (old,) = [one for one in read(world.village, tmp_path / "first").findings if one.kind == "own"]
    assert old.code == "write-anew"
    written(world.village, tmp_path / "third", only_new=True)
    assert waiting(world.village) == [4], "it holds all that the kept one does"
    for stick in ("first", "second"):
        (old,) = [one for one in read(world.village, tmp_path / stick).findings if one.kind == "own"]
        assert (old.result, old.code) == ("old", "in-later-file")
    assert at_the_hub(world, tmp_path / "third")[0].taking == "taken"
    done = read(world.village, tmp_path / "third")
    assert answers(done)[0].answer.settled == 4
    assert (only_here(world.village), waiting(world.village)) == (0, [])
    assert agreed(world)


def test_others_later_acts_stay_behind_ours_that_the_hub_lost(world, tmp_path):
    world.sync()
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    case_id = world.village.receive(SCAN)
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village, world.township)
    world.township.act(case_id, "sign_for")
    world.sync(world.township, world.village)
    state = world.village.state_of(case_id)
    world.hub.restore(backup)
    trip(world, world.village, tmp_path / "first")
    assert (only_here(world.village), pending_of(world.village, case_id)) == (2, 2)
    assert world.village.state_of(case_id) is state, "the township signed for it, whatever the hub lost"
    trip(world, world.village, tmp_path / "second")
    assert only_here(world.village) == 0
    assert agreed(world)
    assert world.village.state_of(case_id) is world.township.state_of(case_id) is state


def test_a_round_trip_by_stick_alone_is_agreement_as_of_the_answer(world, tmp_path):
    world.village.receive(SCAN)
    trip(world, world.village, tmp_path / "first")
    before = world.clock.now()
    written(world.village, tmp_path / "second")
    at_the_hub(world, tmp_path / "second")
    answered = world.clock.now()
    read(world.village, tmp_path / "second")
    state = standing(world.village)
    assert state.agreed
    assert before <= state.last_agreed <= answered
    world.village.receive()
    read(world.village, tmp_path / "second")
    assert not standing(world.village).agreed, "a new act lies only here"


def test_an_answer_says_nothing_of_agreement_while_an_act_is_still_to_go(world, tmp_path):
    world.sync()
    agreed_at = standing(world.village).last_agreed
    written(world.village, tmp_path / "first")
    at_the_hub(world, tmp_path / "first")
    world.village.receive()
    read(world.village, tmp_path / "first")
    assert (standing(world.village).agreed, standing(world.village).last_agreed) == (False, agreed_at)


def test_an_old_agreement_does_not_outlive_an_answer_that_shows_a_difference(world, tmp_path):
    case_id = world.village.receive()
    world.sync()
    assert standing(world.village).agreed
    with world.village.store.write() as unit:
        (feed,) = {one.feed for one in unit.mailboxes.held() if one.case_id == case_id}
        unit.mailboxes.drop(feed, case_id)
    trip(world, world.village, tmp_path / "first")
    assert not standing(world.village).agreed


def test_an_answer_overtaken_by_the_network_changes_no_agreement(world, tmp_path):
    written(world.village, tmp_path / "first")
    at_the_hub(world, tmp_path / "first")
    world.village.receive()
    world.sync()
    before = standing(world.village)
    read(world.village, tmp_path / "first")
    assert before.agreed
    assert standing(world.village).last_agreed == before.last_agreed
    assert standing(world.village).agreed
