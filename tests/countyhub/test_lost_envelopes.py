"""Envelopes that a damaged disk lost: the chain goes on behind them, and what is found after all takes its place."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from itertools import pairwise

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as some

from countyhub.acceptance import early, lost
from countyhub.acceptance import repository as chains
from countyhub.cli import main
from countyhub.courier.sticks import questions, read_stick, write_answer
from countyhub.devices import keys, orders
from countyhub.devices import service as devices
from countyhub.inspection.unfinished import unfinished
from countyhub.inspection.verification import verify_hub
from countyhub.numbers.finding import find
from countyhub.problems import Problem
from countyhub.sweeps.service import sweep
from courier_files import TEXT, answer_of, sealed
from hubprotocol.courier import records
from hubprotocol.courier.faults import TEXTS
from hubprotocol.courier.messages import Direction, LostMessage
from hubprotocol.courier.stick import StickWriter, folder_of, name_of
from hubprotocol.device_messages import FarewellRequest
from hubprotocol.envelope import seal
from hubprotocol.key_changes import announce
from hubprotocol.messages import ChainHeadMessage, EnvelopeMessage
from hubprotocol.orders import Stage, sign_farewell

VILLAGE = "510704105209"


@pytest.fixture
def village(county):
    """A village with ten cases that are not at the hub."""
    station = county.enrol(VILLAGE, "agent")
    for _ in range(10):
        station.receive()
    return station


def rescued(county, village, *ranges, number=1, receipts=(), **changes):
    """A file with all but what is lost."""
    gone = {seq for first, last in ranges for seq in range(first, last + 1)}
    left = [one for one in village.envelopes if one.seq not in gone]
    said = LostMessage(ranges=ranges, receipts=receipts).model_dump_json().encode()
    last = [(records.LOST, zstandard.ZstdCompressor().compress(said))]
    return sealed(county, village, number, **{"envelopes": left, "last": last, **changes})


def put(stick, station, data, number=1):
    writer = StickWriter(folder_of(stick, station.device), name_of(Direction.UP, number))
    writer.write(data)
    return writer.place(TEXT)


def taken(county, village, folder, data, number=1):
    """What became of the only file on a fresh stick."""
    put(folder, village, data, number)
    (report,) = [one.taken.report for one in read_stick(county.hub, folder)]
    return report


def pushed(village, *envelopes):
    return village.exchange(envelopes=tuple(EnvelopeMessage.pack(one) for one in envelopes))


def lost_now(county, village):
    with county.hub.database.read() as connection:
        return sorted(lost.between(connection, village.device, 1, 100))


def kept(county, village):
    with county.hub.database.read() as connection:
        return early.kept(connection, village.device)


def at_hub(county):
    return sum(1 for _ in verify_rows(county))


def verify_rows(county):
    from countyhub.inspection import reports

    return reports.cases(county.hub)


def test_the_chain_goes_on_behind_what_is_lost(county, village, tmp_path):
    report = taken(county, village, tmp_path, rescued(county, village, (2, 3), (7, 7)))
    assert (report.taking, report.first_seq, report.last_seq) == ("taken", 1, 10)
    assert lost_now(county, village) == [2, 3, 7]
    assert (at_hub(county), verify_hub(county.hub).faults) == (7, [])
    assert verify_hub(county.hub).checked["lost_envelopes"] == 3
    village.receive()
    assert pushed(village, village.envelopes[-1]).acknowledged.seq == 11


def test_a_beginning_may_be_lost_and_a_file_may_come_twice(county, village, tmp_path):
    data = rescued(county, village, (1, 4))
    assert taken(county, village, tmp_path / "a", data).taking == "taken"
    assert taken(county, village, tmp_path / "b", data).taking == "again"
    assert (at_hub(county), lost_now(county, village)) == (6, [1, 2, 3, 4])
    assert verify_hub(county.hub).faults == []


def test_what_another_road_brings_takes_its_place(county, village, tmp_path):
    taken(county, village, tmp_path, rescued(county, village, (2, 5)))
    answer = pushed(village, *village.envelopes[:3])
    assert [one.already for one in answer.verdicts] == [True, False, False]
    assert lost_now(county, village) == [4, 5]
    pushed(village, village.envelopes[3])
    pushed(village, *village.envelopes[3:])
    assert (at_hub(county), lost_now(county, village)) == (10, [])
    assert verify_hub(county.hub).faults == []


def test_what_is_at_the_hub_already_is_not_lost(county, village, tmp_path):
    pushed(village, *village.envelopes[:8])
    report = taken(county, village, tmp_path, rescued(county, village, (2, 3), (7, 7)))
    assert (report.taking, at_hub(county), lost_now(county, village)) == ("taken", 10, [])


def test_without_such_words_a_gap_waits_as_ever(county, village, tmp_path):
    left = [one for one in village.envelopes if one.seq > 3]
    assert taken(county, village, tmp_path, sealed(county, village, envelopes=left)).taking == "early"
    assert (at_hub(county), lost_now(county, village)) == (0, [])


def test_words_that_do_not_cover_the_gap_let_every_run_wait(county, village, tmp_path):
    left = [one for one in village.envelopes if one.seq not in {3, 4, 7}]
    report = taken(county, village, tmp_path, rescued(county, village, (4, 7), envelopes=left))
    assert (report.taking, at_hub(county)) == ("early", 2)
    assert kept(county, village) == [6, 10]
    pushed(village, village.envelopes[2], village.envelopes[3])
    assert (at_hub(county), lost_now(county, village)) == (9, [7])
    pushed(village, village.envelopes[6])
    assert (at_hub(county), verify_hub(county.hub).faults) == (10, [])


@pytest.mark.parametrize("at", [2, 4, 5])
def test_nothing_else_takes_the_place_of_what_is_lost(county, village, tmp_path, at):
    taken(county, village, tmp_path, rescued(county, village, (3, 4)))
    real = village.envelopes[at - 1]
    other = seal(real.device, real.seq, real.prev, real.kind, real.body + " ", village.seed)
    forged = [*village.envelopes[: at - 1], other]
    report = taken(county, village, tmp_path / "b", sealed(county, village, 2, envelopes=forged), 2)
    assert (report.taking, report.code) == ("refused", "fork")
    assert (at_hub(county), lost_now(county, village)) == (8, [3, 4])


def other_than(village, real, prev=""):
    """Another envelope of the same PC in the same place."""
    return seal(real.device, real.seq, prev or real.prev, real.kind, real.body + " ", village.seed)


def test_what_is_found_in_the_middle_of_a_gap_names_what_was_before_it(county, village, tmp_path):
    taken(county, village, tmp_path, rescued(county, village, (2, 5)))
    pushed(village, village.envelopes[3])
    assert lost_now(county, village) == [2, 3, 5]
    forged = other_than(village, village.envelopes[2])
    with pytest.raises(Problem) as refused:
        pushed(village, *village.envelopes[:2], forged)
    assert refused.value.message.code == "fork"
    pushed(village, *village.envelopes)
    assert (at_hub(county), lost_now(county, village)) == (10, [])


def test_what_comes_alone_into_a_gap_follows_what_is_before_it(county, village, tmp_path):
    taken(county, village, tmp_path, rescued(county, village, (3, 5)))
    with pytest.raises(Problem) as refused:
        pushed(village, other_than(village, village.envelopes[2], prev="ab" * 32))
    assert (refused.value.message.code, lost_now(county, village)) == ("fork", [3, 4, 5])


def test_a_head_within_a_gap_is_compared_with_what_is_named(county, village, tmp_path):
    taken(county, village, tmp_path, rescued(county, village, (3, 4)))
    heads = [ChainHeadMessage(seq=seq, hash="ab" * 32) for seq in (3, 4)]
    assert village.exchange(base=heads[0], envelopes=()).acknowledged.seq == 10, "nobody knows what was there"
    assert village.exchange(
        base=ChainHeadMessage(seq=4, hash=village.envelopes[3].hash), envelopes=()
    ).acknowledged
    with pytest.raises(Problem) as refused:
        village.exchange(base=heads[1], envelopes=())
    assert refused.value.message.code == "fork"


def test_acts_that_another_file_brings_are_judged_before_those_behind_them(county, tmp_path):
    village = county.enrol(VILLAGE, "agent")
    case_id, *_ = [village.receive() for _ in range(5)]
    village.act("hand_over", case_id, "agent", **village.batch("510704105000"))
    village.act("recall", case_id, "agent", reason="装错了")
    for _ in range(3):
        village.receive()
    taken(county, village, tmp_path / "a", rescued(county, village, (5, 6), envelopes=village.envelopes[6:8]))
    late = sealed(county, village, 2, envelopes=village.envelopes[4:])
    assert taken(county, village, tmp_path / "b", late, 2).taking == "early"
    pushed(village, *village.envelopes[:4])
    village.exchange(envelopes=tuple(EnvelopeMessage.pack(one) for one in village.envelopes))
    assert [village.result(seq) for seq in (6, 7)] == [("accepted", [])] * 2


def test_the_answer_tells_of_every_verdict_behind_a_long_gap(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr("countyhub.courier.answering._VERDICTS_AT_ONCE", 2)
    put(tmp_path, village, rescued(county, village, (2, 8)))
    (question,) = questions(read_stick(county.hub, tmp_path))
    _, receipt, responses = answer_of(village, write_answer(county.hub, question, tmp_path))
    assert receipt.acknowledged.seq == 10
    assert [one.seq for response in responses for one in response.verdicts] == [1, 9, 10]


def test_a_gap_has_an_end(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(lost, "MOST", 3)
    report = taken(county, village, tmp_path, rescued(county, village, (2, 5)))
    assert (report.taking, report.code, report.text) == ("refused", "too-much-lost", TEXTS["too-much-lost"])
    assert (at_hub(county), lost_now(county, village), kept(county, village)) == (1, [], [])


def test_what_stands_before_too_long_a_gap_is_kept(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(lost, "MOST", 3)
    left = [one for one in village.envelopes if one.seq in {3, 5, 10}]
    report = taken(county, village, tmp_path, rescued(county, village, (4, 4), (6, 9), envelopes=left))
    assert (report.taking, report.code) == ("refused", "too-much-lost")
    assert kept(county, village) == [3, 5]
    pushed(village, *village.envelopes[:2])
    assert (at_hub(county), lost_now(county, village)) == (4, [4])


def test_a_gap_of_the_utmost_length_is_bridged_later_too(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(lost, "MOST", 3)
    left = [one for one in village.envelopes if one.seq in {2, 6, 7, 8, 9, 10}]
    data = rescued(county, village, (3, 5), envelopes=left)
    assert taken(county, village, tmp_path, data).taking == "early"
    pushed(village, village.envelopes[0])
    assert (at_hub(county), lost_now(county, village)) == (7, [3, 4, 5])


def test_of_all_places_of_a_chain_only_so_many_may_be_lost(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(lost, "MOST", 3)
    both = rescued(county, village, (2, 3), (6, 7), envelopes=village.envelopes[3:5] + village.envelopes[7:])
    pushed(village, village.envelopes[0])
    for folder in ("a", "b"):
        report = taken(county, village, tmp_path / folder, both)
        assert (report.taking, report.code) == ("refused", "too-much-lost")
        assert (at_hub(county), lost_now(county, village), kept(county, village)) == (3, [2, 3], [])
    pushed(village, *village.envelopes[:2])
    assert taken(county, village, tmp_path / "c", both).taking == "taken"
    assert (at_hub(county), lost_now(county, village)) == (7, [3, 6, 7])
    assert verify_hub(county.hub).faults == []


def test_a_run_that_waits_is_not_dropped_for_want_of_room_among_the_lost(
    county, village, tmp_path, monkeypatch
):
    monkeypatch.setattr(lost, "MOST", 3)
    waiting = rescued(county, village, (6, 8), envelopes=village.envelopes[8:])
    assert taken(county, village, tmp_path / "a", waiting).taking == "early"
    pushed(village, village.envelopes[0])
    bridged = rescued(county, village, (2, 2), number=2, envelopes=village.envelopes[2:5])
    assert taken(county, village, tmp_path / "b", bridged, 2).taking == "taken"
    assert (at_hub(county), lost_now(county, village), kept(county, village)) == (4, [2], [10])
    pushed(village, village.envelopes[1])
    assert (at_hub(county), lost_now(county, village), kept(county, village)) == (7, [6, 7, 8], [])


def test_runs_that_wait_join_behind_what_is_lost_when_the_beginning_comes(county, village, tmp_path):
    data = rescued(county, village, (7, 7), envelopes=[*village.envelopes[3:6], *village.envelopes[7:]])
    assert taken(county, village, tmp_path, data).taking == "early"
    assert kept(county, village) == [6, 10]
    pushed(village, *village.envelopes[:3])
    assert (at_hub(county), lost_now(county, village), kept(county, village)) == (9, [7], [])
    assert verify_hub(county.hub).faults == []


def test_the_sweep_too_joins_runs_behind_what_is_lost(county, village, tmp_path, monkeypatch):
    data = rescued(county, village, (4, 5), (8, 8), envelopes=[village.envelopes[at] for at in (5, 6, 8, 9)])
    assert taken(county, village, tmp_path, data).taking == "early"
    with monkeypatch.context() as stopped:
        stopped.setattr(early, "follow", lambda *_: None)
        pushed(village, *village.envelopes[:4])
    assert at_hub(county) == 4
    sweep(county.hub)
    assert (at_hub(county), lost_now(county, village)) == (8, [5, 8])


def test_what_another_file_brings_goes_before_what_one_says_to_be_lost(county, village, tmp_path):
    taken(county, village, tmp_path / "a", rescued(county, village, (5, 6), envelopes=village.envelopes[6:8]))
    late = sealed(county, village, 2, envelopes=village.envelopes[4:])
    assert taken(county, village, tmp_path / "b", late, 2).taking == "early"
    assert kept(county, village) == [8, 10]
    pushed(village, *village.envelopes[:4])
    assert (at_hub(county), lost_now(county, village), kept(county, village)) == (10, [], [])
    assert verify_hub(county.hub).faults == []


def test_of_two_files_with_the_same_end_the_longer_one_waits(county, village, tmp_path):
    taken(county, village, tmp_path / "a", rescued(county, village, (3, 5), envelopes=village.envelopes[5:]))
    longer = sealed(county, village, 2, envelopes=village.envelopes[3:])
    assert taken(county, village, tmp_path / "b", longer, 2).taking == "early"
    shorter = sealed(county, village, 3, envelopes=village.envelopes[4:])
    assert taken(county, village, tmp_path / "c", shorter, 3).taking == "early"
    assert kept(county, village) == [10]
    pushed(village, *village.envelopes[:2])
    assert (at_hub(county), lost_now(county, village), kept(county, village)) == (9, [3], [])


def test_a_run_that_waits_joins_behind_what_a_later_file_says_to_be_lost(county, village, tmp_path):
    plain = sealed(county, village, envelopes=village.envelopes[5:])
    assert taken(county, village, tmp_path / "a", plain).taking == "early"
    said = rescued(county, village, (3, 5), number=2, envelopes=village.envelopes[5:])
    assert taken(county, village, tmp_path / "b", said, 2).taking == "early"
    pushed(village, *village.envelopes[:2])
    assert (at_hub(county), lost_now(county, village), kept(county, village)) == (7, [3, 4, 5], [])


def test_a_file_with_many_gaps_counts_as_one_that_waits(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(early, "MOST_KEPT", 2)
    every_other = rescued(county, village, (3, 3), (5, 5), (7, 7), (9, 9), envelopes=village.envelopes[1::2])
    assert taken(county, village, tmp_path / "1", every_other).taking == "early"
    second = sealed(county, village, 2, envelopes=village.envelopes[1:7])
    assert taken(county, village, tmp_path / "2", second, 2).taking == "early"
    third = sealed(county, village, 3, envelopes=village.envelopes[1:9])
    assert taken(county, village, tmp_path / "3", third, 3).code == "too-many-early"
    assert taken(county, village, tmp_path / "4", every_other).taking == "early"
    assert kept(county, village) == [2, 4, 6, 7, 8, 10]


def leave(county, village, lacking=()):
    """A lost PC says, before it is wiped, where its chain ends."""
    order, end = orders.lose(county.hub, village.device, wipe=True), village.envelopes[-1]
    said = {"device": village.device, "order": order.number, "stage": Stage.READY, "seq": end.seq}
    signature = sign_farewell(village.seed, *said.values(), end.hash)
    signed = FarewellRequest(**said, hash=end.hash, signature=signature, lacking=lacking)
    orders.take_leave(county.hub, devices.find(county.hub, village.device), signed)


def test_whoever_orders_a_wipe_is_told_that_what_is_behind_a_gap_counts_as_without_backup(
    county, village, tmp_path, capsys
):
    taken(county, village, tmp_path, rescued(county, village, (3, 4)))
    county.hub.database.write(lambda connection: chains.mark_durable(connection, village.device, 2))
    address = county.hub.database.engine.url.render_as_string(hide_password=False)
    place = ("--database", address, "--files", str(tmp_path / "files"))
    assert main(["lose-device", *place, village.device, "--wipe"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["without_backup"] == 6
    assert "那以后送到的不论有没有备份都算作没有：共 6 条" in told["warnings"][0]["text"]
    assert orders.unlock(county.hub, village.device)
    pushed(village, *village.envelopes[:4])
    assert orders.without_backup(county.hub, village.device) == (8, False)


def test_what_a_wiped_pc_had_lost_may_still_be_found_and_nothing_behind_its_end(county, village, tmp_path):
    taken(county, village, tmp_path / "a", rescued(county, village, (3, 4)))
    leave(county, village)
    old = sealed(county, village, 2, envelopes=village.envelopes[:5])
    assert taken(county, village, tmp_path / "b", old, 2).taking == "taken"
    assert (at_hub(county), lost_now(county, village)) == (10, [])
    village.receive()
    report = taken(county, village, tmp_path / "c", sealed(county, village, 3), 3)
    told = TEXTS["behind-farewell"]
    assert (report.taking, report.code, report.text) == ("refused", "behind-farewell", told)
    assert (at_hub(county), verify_hub(county.hub).faults) == (10, [])


def test_an_old_stick_still_brings_the_scan_without_which_a_wiped_pc_left(county, village, tmp_path):
    village.receive(attachments=(b"on an old stick",))
    ((_, number),) = receipts_of(village, 11)
    old = sealed(county, village, scans=(b"on an old stick",))
    pushed(village, *village.envelopes)
    leave(county, village, lacking=(hashlib.sha256(b"on an old stick").hexdigest(),))
    assert told_of(county, number) == [("receipt", "held", ["attachment-missing"])]
    assert taken(county, village, tmp_path, old).taking == "taken"
    assert told_of(county, number) == [("receipt", "confirmed", [])]
    assert (list(unfinished(county.hub)), verify_hub(county.hub).faults) == ([], [])


def receipts_of(village, *seqs):
    """The numbers on the receipts of some of its acts, each with its place."""
    bodies = {seq: json.loads(village.envelopes[seq - 1].body) for seq in seqs}
    return tuple((seq, body["facts"]["receipt_number"]) for seq, body in bodies.items())


def told_of(county, number):
    """What the hub says of a number on a paper."""
    found = find(county.hub, number)
    return [(one.kind, str(one.status), [reason["code"] for reason in one.reasons]) for one in found]


def test_a_receipt_whose_act_a_disk_has_lost_is_spoken_of_and_found_until_another_road_brings_it(
    county, village, tmp_path
):
    lost_ones = receipts_of(village, 3, 4, 10)
    data = rescued(county, village, (3, 4), (10, 10), receipts=lost_ones)
    report = taken(county, village, tmp_path / "a", data)
    assert "有 3 条记录读不出来" in report.text
    assert all(number in report.text for _, number in lost_ones)
    for _, number in lost_ones:
        assert told_of(county, number) == [("receipt", "lost", ["lost"])]
    pushed(village, *village.envelopes[:3])
    again = taken(county, village, tmp_path / "b", data)
    assert (again.taking, "有 2 条记录读不出来" in again.text) == ("again", True)
    assert lost_ones[0][1] not in again.text
    pushed(village, *village.envelopes)
    for _, number in lost_ones:
        assert told_of(county, number) == [("receipt", "confirmed", [])]
    assert "读不出来" not in taken(county, village, tmp_path / "c", data).text


def test_what_an_old_copy_of_the_disk_did_instead_takes_no_place_of_another_receipt(
    county, village, tmp_path
):
    """Of several lost places the last alone is named by what stands behind it; anything may follow before it."""
    said = receipts_of(village, 3, 4)
    taken(county, village, tmp_path, rescued(county, village, (3, 4), receipts=said))
    old = replace(village, envelopes=village.envelopes[:2])
    old.receive()
    with pytest.raises(Problem) as refused:
        pushed(old, *old.envelopes)
    assert (refused.value.message.code, refused.value.message.extra["seq"]) == ("fork", 3)
    assert told_of(county, said[0][1]) == [("receipt", "lost", ["lost"])]
    pushed(village, *village.envelopes)
    assert (lost_now(county, village), verify_hub(county.hub).faults) == ([], [])


def test_a_receipt_is_found_while_its_act_waits_for_what_goes_before(county, village, tmp_path):
    ((_, number),) = receipts_of(village, 8)
    late = sealed(county, village, envelopes=village.envelopes[5:])
    assert taken(county, village, tmp_path, late).taking == "early"
    assert told_of(county, number) == [("receipt", "early", ["early"])]
    county.hub.database.write(lambda connection: early.forget_before(connection, "9999"))
    assert told_of(county, number) == [("receipt", "lost", ["lost"])]
    pushed(village, *village.envelopes)
    assert told_of(county, number) == [("receipt", "confirmed", [])]


def test_the_county_can_list_what_waits_and_what_is_lost(county, village, tmp_path):
    ((_, number),) = receipts_of(village, 3)
    case_id = json.loads(village.envelopes[2].body)["case_id"]
    batch = village.batch("510704105000")
    village.act("hand_over", case_id, "agent", **batch)
    village.receive(attachments=(b"never came",))
    receipt = json.loads(village.envelopes[-1].body)["facts"]["receipt_number"]
    taken(county, village, tmp_path, rescued(county, village, (3, 3), receipts=((3, number),)))
    assert devices.revoke(county.hub, village.device)
    told = list(unfinished(county.hub))
    assert [(one["status"], one["seq"], one["numbers"]) for one in told] == [
        ("held", 11, [batch["batch_number"]]),
        ("held", 12, [receipt]),
        ("lost", 3, [number]),
    ]
    assert {(one["station"], one["pc"]) for one in told} == {(VILLAGE, "revoked")}
    assert [[reason["code"] for reason in one["reasons"]] for one in told[:2]] == [
        ["predecessor-missing"],
        ["attachment-missing"],
    ]


def test_the_list_tells_lost_receipts_from_lost_acts_of_cases_that_are_here(county, village, tmp_path):
    first, second = receipts_of(village, 2, 3)
    case_id = json.loads(village.envelopes[1].body)["case_id"]
    village.act("note_external", case_id, "agent", system="x", external_number="1")
    village.receive()
    said = ((11, first[1]), second)
    taken(county, village, tmp_path, rescued(county, village, (3, 3), (11, 11), receipts=said))
    told = {one["seq"]: (one["numbers"], one["found"]) for one in unfinished(county.hub)}
    assert told == {3: ([second[1]], False), 11: ([first[1]], True)}


def test_a_receipt_that_came_from_another_pc_is_listed_as_found(county, village, tmp_path):
    said = receipts_of(village, 3)
    taken(county, village, tmp_path, rescued(county, village, (3, 3), receipts=said))
    anew = county.enrol(VILLAGE, "agent")
    anew.seal(village.envelopes[2].body, "agent")
    anew.exchange()
    assert told_of(county, said[0][1]) == [("receipt", "confirmed", [])]
    assert [(one["status"], one["found"]) for one in unfinished(county.hub)] == [("lost", True)]


def test_what_came_after_all_is_listed_no_more(county, village, tmp_path):
    said = receipts_of(village, 3)
    taken(county, village, tmp_path, rescued(county, village, (3, 3), receipts=said))
    assert [one["status"] for one in unfinished(county.hub)] == ["lost"]
    pushed(village, *village.envelopes[:3])
    assert list(unfinished(county.hub)) == []


def test_nobody_says_that_others_receipts_are_lost(county, village, tmp_path):
    neighbour = county.enrol("510704105213", "neighbour")
    said = ((2, neighbour.receipt_number()), (3, "no number"))
    report = taken(county, village, tmp_path, rescued(county, village, (2, 3), receipts=said))
    assert told_of(county, said[0][1]) == told_of(county, "no number") == []
    assert "no number" not in report.text


def test_whoever_has_a_key_that_was_changed_says_nothing_of_receipts(county, village, tmp_path):
    said, fresh = receipts_of(village, 3), bytes(range(32))
    keys.take_changes(county.hub, [announce(village.device, 11, village.seed, fresh)])
    old = rescued(county, village, (3, 3), receipts=said)
    assert taken(county, village, tmp_path / "a", old).taking == "taken"
    assert told_of(county, said[0][1]) == []
    new = rescued(county, village, (3, 3), number=2, receipts=said, seed=fresh)
    assert taken(county, village, tmp_path / "b", new, 2).taking == "taken"
    assert told_of(county, said[0][1]) == [("receipt", "lost", ["lost"])]


def test_a_pc_fills_no_disk_with_numbers_it_says_to_be_lost(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(lost, "MOST_NUMBERS", 2)
    said = receipts_of(village, 2, 3, 4)
    for number, folder in enumerate("ab", start=1):
        data = rescued(county, village, (2, 4), number=number, receipts=said)
        assert taken(county, village, tmp_path / folder, data, number).taking == "taken"
    assert [len(told_of(county, number)) for _, number in said] == [1, 1, 0]


STRETCHES = some.lists(some.tuples(some.integers(1, 20), some.integers(1, 20)), max_size=6)


@given(STRETCHES, some.integers(1, 20), some.integers(1, 20))
def test_a_gap_is_bridged_where_every_place_was_said_to_be_lost(ranges, first, last):
    said = {seq for begin, end in ranges for seq in range(begin, end + 1)}
    assert lost.bridges(lost.joined(ranges), first, last) == ({*range(first, last + 1)} <= said)


@given(STRETCHES)
def test_stretches_are_joined_to_the_same_places(ranges):
    joined = lost.joined(ranges)
    assert {seq for begin, end in joined for seq in range(begin, end + 1)} == {
        seq for begin, end in ranges for seq in range(begin, end + 1)
    }
    assert all(end + 1 < begin for (_, end), (begin, _) in pairwise(joined))
