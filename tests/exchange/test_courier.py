"""Sticks that are copied, half written, swapped, old, wrongly addressed or tampered with: answered in plain words."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from countyhub.attachments import limits
from countyhub.courier import spool
from countyhub.devices.keys import change_hub_key
from countyhub.identity import repository as identities
from courier_sticks import (
    SCAN,
    answers,
    at_the_hub,
    change_byte,
    copied,
    only_here,
    read,
    stash_of,
    the_file,
    written,
)
from hub_world import agreed
from hubprotocol.courier.faults import TEXTS
from hubprotocol.courier.messages import CarryRequest
from hubprotocol.courier.stick import StickFile, StickWriter, find
from small_county import WINDOW
from stationapp.exchange.courier import carrying, reading, writing
from stationapp.exchange.courier.ledger import AnswerRead, note_answer, read_ledger
from stationapp.exchange.transport import HubBusy, HubFault, HubUnreachable, NotTheHub, TooLarge
from stationapp.platform.unavailable import Unavailable


def parts(stick, letter="U"):
    return [part for part in the_file(stick, letter).parts if part is not None]


def nothing_is_lost(world, tmp_path):
    """After whatever happened: another stick brings everything."""
    again = tmp_path / "again"
    written(world.village, again)
    assert at_the_hub(world, again)[0].taking in ("taken", "again")
    read(world.village, again)
    return only_here(world.village) == 0 and agreed(world)


def test_the_text_beside_a_file_names_receipts_and_nobody(world, stick):
    text = the_file(stick).text_path.read_bytes().decode("utf-8-sig")
    with world.village.store.read() as unit:
        (row,) = [unit.cases.get(event.case_id).case for event in world.village.acts]
    assert row.receipt_number in text
    assert "办件 1 件" in text
    assert row.application.applicant.name not in text
    assert row.application.applicant.document_number not in text
    assert "沉抗镇便民服务中心" in text


def test_nobody_reads_personal_data_from_the_medium(stick):
    for part in parts(stick):
        assert not [
            word for word in (b"applicant", b"document_number", b"p-agent") if word in part.read_bytes()
        ]


@pytest.mark.parametrize(
    ("number", "place", "code"),
    [
        (0, lambda size: 3, "not-courier"),
        (0, lambda size: 40, "altered"),
        (1, lambda size: size // 2, "wrong-signature"),
        (-1, lambda size: size - 10, "wrong-signature"),
    ],
    ids=["beginning", "header", "body", "signature"],
)
def test_a_changed_byte_is_found_wherever_it_is(world, stick, tmp_path, number, place, code):
    change_byte(parts(stick)[number], place)
    (report,) = at_the_hub(world, stick)
    assert (report.taking, report.code, report.text) == ("refused", code, TEXTS[code])
    assert nothing_is_lost(world, tmp_path)


def test_a_changed_answer_is_found_and_changes_nothing(world, stick, tmp_path):
    at_the_hub(world, stick)
    (part, *_) = parts(stick, "D")
    change_byte(part, lambda size: size - 10)
    (found,) = answers(read(world.village, stick))
    assert (found.result, found.code) == ("refused", "wrong-signature")
    assert only_here(world.village) == 1
    assert nothing_is_lost(world, tmp_path)


@pytest.mark.parametrize("change", ["altered", "missing"])
def test_a_changed_text_is_told_and_the_sealed_file_counts(world, stick, change):
    path = the_file(stick).text_path
    path.unlink() if change == "missing" else path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    remarks = [one.remark for one in read(world.township, stick).findings]
    assert len(remarks[0]) > 10
    (report,) = at_the_hub(world, stick)
    assert report.taking == "taken"


def test_a_stick_pulled_out_too_early_is_told_so(world, stick, tmp_path):
    last = parts(stick)[-1]
    last.write_bytes(last.read_bytes()[:-100])
    (report,) = at_the_hub(world, stick)
    assert (report.taking, report.code) == ("refused", "truncated")
    (finding,) = read(world.village, stick).findings
    assert (finding.kind, finding.text) == ("unreadable", TEXTS["truncated"])
    assert nothing_is_lost(world, tmp_path)


@pytest.mark.parametrize(("number", "code"), [(0, "missing-part"), (1, "missing-part"), (-1, "truncated")])
def test_a_missing_part_is_told_so(world, stick, tmp_path, number, code):
    assert len(parts(stick)) > 2
    parts(stick)[number].unlink()
    (report,) = at_the_hub(world, stick)
    assert (report.code, report.text) == (code, TEXTS[code])
    assert nothing_is_lost(world, tmp_path)


def test_parts_of_two_files_do_not_make_one(world, stick, tmp_path):
    written(world.village, tmp_path / "other")
    parts(tmp_path / "other")[1].replace(parts(stick)[1])
    (report,) = at_the_hub(world, stick)
    assert (report.taking, report.code) == ("refused", "wrong-signature")


def test_a_swapped_stick_is_told_whose_it_is(world, stick):
    at_the_hub(world, stick)
    done = read(world.window, stick)
    assert [(one.kind, one.result) for one in done.findings] == [
        ("others-answer", "not-ours"),
        ("others", "old"),
    ]
    assert ("已经收下" in done.findings[1].text, "代存了一份" in done.findings[1].text) == (True, False)
    assert "510704105209" in done.findings[0].text
    assert answers(read(world.village, stick))[0].result == "taken"


def test_an_answer_for_another_pc_of_the_same_station_is_told_by_its_slot(world, stick):
    at_the_hub(world, stick)
    identity = world.village.identity
    row = json.dumps({"version": 99, "devices": {identity.device: {"slot": 7}}})
    with world.window.store.write() as unit:
        own = unit.identity.get()
        unit.identity.set(replace(own, station=identity.station))
        unit.references.put("devices", "99", row, "", world.window.clock.now())
    text = read(world.window, stick).findings[0].text
    assert "另一台电脑" in text
    assert "“07”" in text
    assert "那个站点" not in text


def test_the_hub_tells_an_answer_from_a_file_for_it(world, stick):
    at_the_hub(world, stick)
    down = the_file(stick, "D")
    for path in (*down.parts, down.text_path):
        path.rename(path.with_name("U0000099" + path.suffix))
    reports = at_the_hub(world, stick, answer=False)
    assert [one.code for one in reports] == ["", "answer-for-station"]


def test_a_file_for_another_county_is_not_taken(world, stick, monkeypatch):
    with world.hub.hub.database.read() as connection:
        from countyhub.identity import repository

        identity = repository.load(connection)
    world.hub.hub.database.write(lambda one: repository.change_seed(one, identity, bytes([9] * 32)))
    (report,) = at_the_hub(world, stick, answer=False)
    assert report.taking == "taken", "what was sealed for the key before is still opened"
    other = bytes([8] * 32)
    monkeypatch.setattr(repository, "load", lambda _: type(identity)("510704", identity.epoch, other))
    (report,) = at_the_hub(world, stick, answer=False)
    assert (report.taking, report.code) == ("refused", "wrong-addressee")


def test_a_revoked_device_is_told_so(world, stick):
    from countyhub.devices import service as devices

    devices.revoke(world.hub.hub, world.village.identity.device)
    (report,) = at_the_hub(world, stick)
    assert (report.taking, report.code) == ("refused", "revoked-device")
    (found,) = answers(read(world.village, stick))
    assert "停用" in found.text
    assert only_here(world.village) == 1


def test_a_cloned_disk_is_found_out_by_stick_as_by_network(world, tmp_path):
    world.village.receive()
    world.village.stop()
    clone = copied(world.village.folder, "clone")
    world.village.start()
    world.village.receive()
    written(world.village, tmp_path / "first")
    at_the_hub(world, tmp_path / "first")
    world.village.stop()
    own, world.village.folder = world.village.folder, clone
    world.village.start()
    world.village.receive(b"of the clone")
    written(world.village, tmp_path / "second")
    (report,) = at_the_hub(world, tmp_path / "second")
    assert (report.taking, report.code) == ("refused", "fork")
    (found,) = answers(read(world.village, tmp_path / "second"))
    assert "不一致" in found.text
    assert only_here(world.village) == 2
    world.village.stop()
    world.village.folder = own
    world.village.start()
    read(world.village, tmp_path / "first")
    assert only_here(world.village) == 0


def test_a_stick_without_anything_on_it_is_no_trouble(world, tmp_path):
    (tmp_path / "empty").mkdir()
    assert read(world.village, tmp_path / "empty").findings == ()
    with pytest.raises(Unavailable, match="找不到"):
        read(world.village, tmp_path / "nothing")


def test_a_full_stick_is_told_so_and_nothing_half_stays(world, tmp_path, monkeypatch):
    world.village.receive(SCAN)
    (tmp_path / "stick").mkdir()
    real, left = StickWriter.write, [2]

    def full(self, data):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(self, data)

    monkeypatch.setattr(StickWriter, "write", full)
    with pytest.raises(Unavailable, match="空间不够"):
        written(world.village, tmp_path / "stick")
    monkeypatch.undo()
    assert [path for path in (tmp_path / "stick").rglob("*") if path.is_file()] == []
    with world.village.store.read() as unit:
        assert read_ledger(unit, world.village.identity.device).files == ()
    done = written(world.village, tmp_path / "stick")
    assert done.number == 2
    assert at_the_hub(world, tmp_path / "stick")[0].taking == "taken"


def test_a_stick_that_gives_back_other_bytes_is_not_called_written(world, tmp_path, monkeypatch):
    world.village.receive(SCAN)
    place = StickWriter.place

    def placed(self, text):
        file = place(self, text)
        change_byte(file.parts[0], lambda size: size // 2)
        return file

    monkeypatch.setattr(StickWriter, "place", placed)
    with pytest.raises(Unavailable, match="核对不一致"):
        written(world.village, tmp_path / "stick")
    assert find(tmp_path / "stick") == []
    assert only_here(world.village) == 1


def test_numbers_grow_also_on_a_pc_restored_from_a_backup(world, tmp_path):
    world.village.receive()
    stick = tmp_path / "stick"
    world.village.stop()
    backup = copied(world.village.folder, "backup")
    world.village.start()
    written(world.village, stick)
    world.village.stop()
    world.village.folder = backup
    world.village.start()
    assert written(world.village, stick).number == 2
    assert [one.taking for one in at_the_hub(world, stick)] == ["taken", "taken"]
    assert read(world.village, stick).settled == 1


def test_a_scan_that_cannot_be_read_keeps_no_act_back(world, tmp_path):
    world.village.receive(SCAN)
    (path,) = [one for one in (world.village.folder / "attachments").glob("*/*") if one.is_file()]
    good = path.read_bytes()
    path.write_bytes(b"damaged")
    done = written(world.village, tmp_path / "stick")
    assert done.skipped == ("扫描件.jpg",)
    assert at_the_hub(world, tmp_path / "stick")[0].taking == "taken"
    read(world.village, tmp_path / "stick")
    assert only_here(world.village) == 1, "the hub holds it until the scan is there"
    path.write_bytes(good)
    assert nothing_is_lost(world, tmp_path)


def test_many_acts_and_documents_fit_into_one_file(world, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_RUN", 2)
    for _ in range(5):
        case_id = world.township.receive()
        world.township.hand_over(case_id, WINDOW, "transfer")
    written(world.township, tmp_path / "stick")
    (report,) = at_the_hub(world, tmp_path / "stick")
    assert (report.first_seq, report.last_seq) == (1, 10)
    assert read(world.township, tmp_path / "stick").settled == 10
    assert agreed(world)


def test_the_files_lie_where_people_look_for_them(stick):
    file = the_file(stick)
    assert isinstance(file, StickFile)
    assert file.folder.parent == stick / "COURIER"
    assert find(stick / "COURIER") == find(file.folder) == find(stick)
    names = [Path(part).name for part in parts(stick)]
    assert names[0] == "U0000001.001"
    assert all(len(name) == 12 for name in names)


def hub_identity(world):
    with world.hub.hub.database.read() as connection:
        return identities.load(connection)


def test_an_answer_by_a_key_the_hub_gave_up_settles_nothing(world, tmp_path, monkeypatch):
    before = hub_identity(world)
    change_hub_key(world.hub.hub)
    now = hub_identity(world)
    world.sync(world.village)
    world.village.receive()
    stick = tmp_path / "stick"
    written(world.village, stick)
    with monkeypatch.context() as forging:
        forging.setattr(identities, "load", lambda _: replace(before, former_seeds=(now.seed,)))
        at_the_hub(world, stick)
    (forged,) = answers(read(world.village, stick))
    assert (forged.result, forged.code, only_here(world.village)) == ("refused", "former-key", 1)
    assert "取新的回执" in forged.text
    again = tmp_path / "again"
    written(world.village, again)
    at_the_hub(world, again)
    assert answers(read(world.village, again))[0].result == "taken"
    assert only_here(world.village) == 0


def test_an_answer_from_before_a_change_of_the_hubs_key_is_taken_until_a_newer_one_was_read(world, tmp_path):
    late, newer = tmp_path / "late", tmp_path / "newer"
    world.village.receive()
    written(world.village, late)
    at_the_hub(world, late)
    copy = copied(late, "copy")
    change_hub_key(world.hub.hub)
    assert answers(read(world.village, late))[0].result == "taken"
    world.village.receive()
    written(world.village, newer)
    at_the_hub(world, newer)
    assert answers(read(world.village, newer))[0].result == "taken"
    assert only_here(world.village) == 0
    (old,) = answers(read(world.village, copy))
    assert (old.result, old.code, old.answer) == ("old", "", None)
    assert agreed(world)


def test_more_acts_than_one_file_may_hold_go_with_the_next(world, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_MOST_BYTES", 8_000)
    for _ in range(5):
        world.village.receive()
    files = 0
    while only_here(world.village):
        stick = tmp_path / str(files)
        assert 0 < len(written(world.village, stick).parcel.envelopes) < 5
        at_the_hub(world, stick)
        read(world.village, stick)
        files += 1
    assert files > 1
    assert agreed(world)


@pytest.fixture
def waiting(world, tmp_path):
    """The hashes of two other stations' files that wait at the township, in their order; the first has a scan."""
    hashes = []
    for station in sorted((world.village, world.window), key=lambda one: one.identity.device):
        station.receive(b"" if hashes else SCAN)
        stick = tmp_path / station.identity.device
        written(station, stick)
        read(world.township, stick)
        hashes.append(the_file(stick).scanned().hash)
    (tmp_path / "empty").mkdir()
    return hashes


def still_waiting(world):
    return [one.scanned().hash for one in find(stash_of(world.township)) if one.name.startswith("U")]


@pytest.mark.parametrize("trouble", [HubFault("500"), TooLarge("413")])
def test_a_kept_file_that_does_not_go_holds_up_none_behind_it(world, waiting, tmp_path, trouble):
    announce = world.township.client.courier_announce

    def announced(request):
        if request.hash == waiting[0]:
            raise trouble
        return announce(request)

    world.township.client.courier_announce = announced
    found, gone = read(world.township, tmp_path / "empty", online=True).findings
    assert (gone.result, gone.code) == ("carried", "")
    assert (found.result, found.code) == ("waiting", "not-carried")
    assert trouble.text in found.text
    assert still_waiting(world) == waiting[:1]


def test_a_kept_file_that_another_carries_holds_up_none_behind_it(world, waiting, tmp_path):
    """The window has announced the first file and brought nothing of it yet."""
    (first,) = [one for one in find(stash_of(world.township)) if one.scanned().hash == waiting[0]]
    size = first.scanned().size
    world.window.client.courier_announce(CarryRequest(hash=waiting[0], size=size))
    found, gone = read(world.township, tmp_path / "empty", online=True).findings
    assert (gone.result, gone.code) == ("carried", "")
    assert (found.result, found.code) == ("waiting", "not-carried")
    assert "另一台电脑正在代送" in found.text
    assert still_waiting(world) == waiting[:1]


def test_a_kept_file_too_large_for_the_network_is_passed_over(world, waiting, tmp_path, monkeypatch):
    for module in (reading, spool):
        monkeypatch.setattr(module, "MOST_CARRIED_BYTES", 100_000)
    found, gone = read(world.township, tmp_path / "empty", online=True).findings
    assert (gone.result, gone.code) == ("carried", "")
    assert (found.result, found.code) == ("waiting", "too-large")
    assert still_waiting(world) == waiting[:1]


def test_a_file_too_large_for_the_network_is_not_promised_to_go_that_way(world, stick, monkeypatch):
    monkeypatch.setattr(reading, "MOST_CARRIED_BYTES", 100_000)
    (found,) = read(world.township, stick, online=True).findings
    assert (found.result, found.code) == ("waiting", "too-large")
    assert "直接送到县级平台" in found.text
    assert "联网" not in found.text
    assert len(still_waiting(world)) == 1


def test_a_file_of_ones_own_that_was_changed_or_refused_is_said_to_be_so(world, stick):
    from countyhub.devices import service as devices

    whole = parts(stick)[1].read_bytes()
    change_byte(parts(stick)[1], lambda size: size // 2)
    (damaged,) = read(world.village, stick).findings
    assert (damaged.kind, damaged.result, damaged.code) == ("own", "refused", "altered")
    parts(stick)[1].write_bytes(whole)
    assert [one.result for one in read(world.village, stick).findings] == ["waiting"]
    devices.revoke(world.hub.hub, world.village.identity.device)
    (report,) = at_the_hub(world, stick, answer=False)
    with world.village.store.write() as unit:
        note_answer(unit, world.village.identity.device, AnswerRead(1, "00" * 32, (report,)))
    (refused,) = read(world.village, stick).findings
    assert (refused.result, refused.code) == ("refused", "not-taken")
    assert report.text in refused.text
    assert only_here(world.village) == 1


def test_what_is_left_goes_beyond_the_files_that_go_the_same_way(world, tmp_path, monkeypatch):
    for _ in range(3):
        world.village.receive(SCAN)
    lost = written(world.village, tmp_path / "lost")
    assert lost.parcel.left == 0
    monkeypatch.setattr(writing, "_MOST_BYTES", 1)
    stick, numbers, left = tmp_path / "stick", [], []
    while not left or left[-1]:
        done = written(world.village, stick, beyond=tuple(numbers))
        numbers.append(done.number)
        left.append(done.parcel.left)
    assert (numbers, left) == ([2, 3, 4], [2, 1, 0])
    assert [one.taking for one in at_the_hub(world, stick)] == ["taken"] * 3
    assert read(world.village, stick).settled == 3
    assert only_here(world.village) == 0


def test_kept_files_are_not_tried_one_by_one_without_a_road(world, waiting, tmp_path):
    tried = []

    def announced(request):
        tried.append(request.hash)
        raise HubUnreachable

    world.township.client.courier_announce = announced
    assert read(world.township, tmp_path / "empty", online=True).findings == ()
    assert set(tried) == set(waiting[:1])
    assert still_waiting(world) == waiting


@pytest.mark.parametrize(
    ("trouble", "most"),
    [(HubUnreachable(), carrying._MOST_BREAKS + 1), (NotTheHub(), 1), (HubBusy(60.0), 1)],
    ids=lambda value: type(value).__name__,
)
def test_a_road_that_proved_to_be_away_is_tried_for_no_other_file(world, waiting, tmp_path, trouble, most):
    """The township reads a stick with two stations' files, while others of them wait in its stash."""
    stick = tmp_path / "stick"
    for station in (world.village, world.window):
        station.receive()
        written(station, stick)
    honest, tried = world.township.client.courier_announce, []

    def announced(request):
        tried.append(request.hash)
        raise trouble

    world.township.client.courier_announce = announced
    done = read(world.township, stick, online=True)
    assert [(one.result, one.code) for one in done.findings] == [("waiting", "not-carried")] * 2
    assert all("本机也代存了一份" in one.text for one in done.findings)
    assert (len(tried), len(set(tried))) == (most, 1)
    world.township.client.courier_announce = honest
    assert {one.result for one in read(world.township, stick, online=True).findings} == {"carried"}
    assert still_waiting(world) == []


def scans_at(report_or_parcel):
    return [one.size for one in report_or_parcel.attachments]


@pytest.fixture
def divided(world, tmp_path, monkeypatch):
    """Two sticks with a file each of a case each, at a hub that has no room for scans to which no act refers."""
    monkeypatch.setattr(limits, "MAX_UNREFERRED_BYTES", 100)
    world.village.receive(b"a" * 300)
    world.village.receive(b"b" * 400)
    with monkeypatch.context() as small:
        small.setattr(writing, "_MOST_BYTES", 1)
        first = written(world.village, tmp_path / "first")
        second = written(world.village, tmp_path / "second", beyond=(first.number,))
    assert [scans_at(one.parcel) for one in (first, second)] == [[300], [400]]
    return tmp_path / "first", tmp_path / "second"


def scans_only_here(world):
    with world.village.store.read() as unit:
        return unit.attachments.count_not_at_hub()


def test_each_scan_goes_with_the_file_that_holds_the_first_act_that_needs_it(world, divided):
    for stick in divided:
        (report,) = at_the_hub(world, stick, answer=False)
        assert (report.taking, report.attachments) == ("taken", 1)
    at_the_hub(world, divided[1])
    read(world.village, divided[1])
    assert (only_here(world.village), scans_only_here(world)) == (0, 0)
    assert agreed(world)


def test_files_read_the_other_way_round_end_well_too(world, divided, tmp_path):
    first, second = divided
    (early,) = at_the_hub(world, second, answer=False)
    assert (early.taking, "1 份扫描件没有存下" in early.text) == ("early", True)
    (taken,) = at_the_hub(world, first)
    assert (taken.taking, taken.attachments) == ("taken", 1)
    read(world.village, first)
    assert (only_here(world.village), scans_only_here(world)) == (1, 1), "the second case waits for its scan"
    third = written(world.village, tmp_path / "third")
    assert (len(third.parcel.envelopes), scans_at(third.parcel)) == (0, [400])
    (report,) = at_the_hub(world, tmp_path / "third")
    assert (report.taking, report.attachments) == ("taken", 1)
    read(world.village, tmp_path / "third")
    assert (only_here(world.village), scans_only_here(world)) == (0, 0)
    assert agreed(world)


def test_what_an_act_held_at_the_hub_waits_for_goes_with_the_first_file(world, tmp_path, monkeypatch):
    """The same scan belongs to a case that was sent without it and to one that goes with a later file."""
    case_id = world.village.receive(SCAN)
    (path,) = [one for one in (world.village.folder / "attachments").glob("*/*") if one.is_file()]
    good = path.read_bytes()
    path.write_bytes(b"damaged")
    written(world.village, tmp_path / "stick")
    at_the_hub(world, tmp_path / "stick")
    read(world.village, tmp_path / "stick")
    assert world.village.statuses(case_id) == ["held"]
    path.write_bytes(good)
    world.village.receive()
    world.village.receive(SCAN)
    monkeypatch.setattr(writing, "_MOST_BYTES", 1)
    assert scans_at(written(world.village, tmp_path / "next").parcel) == [len(SCAN)]
