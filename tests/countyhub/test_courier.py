"""The hub's side of the courier, spoken to by a client that knows only the protocol."""

from __future__ import annotations

import errno
import hashlib
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from countyhub import cli
from countyhub.acceptance import early
from countyhub.attachments import limits
from countyhub.attachments.tables import AttachmentRow
from countyhub.courier import repository as courier
from countyhub.courier import spool
from countyhub.courier.sticks import NO_TEXT, OTHER_TEXT, questions, read_stick, write_answer
from countyhub.devices.keys import change_hub_key, take_changes
from countyhub.devices.orders import lose
from countyhub.devices.service import revoke
from countyhub.inspection.verification import verify_hub
from countyhub.mailboxes import shortening
from countyhub.problems import Problem
from countyhub.sweeps.service import sweep
from courier_files import TEXT, answer_of, carry, hub_public, sealed, spooled_whole
from hubprotocol.courier import records
from hubprotocol.courier.container import scan
from hubprotocol.courier.manifest import digest
from hubprotocol.courier.messages import (
    MOST_CARRIED_BYTES,
    CarryResponse,
    Direction,
)
from hubprotocol.courier.stick import StickWriter, find, folder_of, name_of
from hubprotocol.device_messages import KeyChangeMessage
from hubprotocol.key_changes import announce
from hubprotocol.messages import AttachmentOffer, EnvelopeMessage
from stationapp.domain.refusal import Refused

VILLAGE, TOWN = "510704105209", "510704105000"


@pytest.fixture
def village(county):
    return county.enrol(VILLAGE, "agent")


@pytest.fixture
def town(county):
    return county.enrol(TOWN, "clerk")


def put(stick, station, data, number=1):
    writer = StickWriter(folder_of(stick, station.device), name_of(Direction.UP, number), 5000)
    writer.write(data)
    return writer.place(TEXT)


def reports(county, stick):
    return [one.taken.report for one in read_stick(county.hub, stick)]


def test_the_command_takes_a_stick_and_answers_onto_it(county, village, tmp_path, capsys):
    village.receive(attachments=(b"a scan",))
    put(tmp_path, village, sealed(county, village, scans=(b"a scan",)))
    arguments = ["courier-read", str(tmp_path), "--answer", "--database"]
    database = county.hub.database.engine.url.render_as_string(hide_password=False)
    assert cli.main([*arguments, database, "--files", str(tmp_path / "files")]) == 0
    taken, answered = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert (taken["taking"], taken["last_seq"], taken["remark"]) == ("taken", 1, "")
    assert (answered["answer"], answered["device"]) == ("D0000001", village.device)
    found, receipt, responses = answer_of(village, find(tmp_path)[0])
    assert found.is_signed_by(hub_public(county))
    assert (receipt.acknowledged.seq, receipt.files[0].taking, len(receipt.at_hub)) == (1, "taken", 0)
    for response in responses:
        village.take(response)
    assert village.result() == ("accepted", [])
    assert verify_hub(county.hub).ok


def ask(county, stick, *more):
    database = county.hub.database.engine.url.render_as_string(hide_password=False)
    files = ("--files", str(stick.parent / "files"))
    return cli.main(["courier-read", str(stick), "--database", database, *files, *more])


def test_a_stick_that_is_not_there_or_holds_nothing_is_told_in_words(county, tmp_path, capsys):
    assert ask(county, tmp_path / "nosuchdir", "--answer") == cli.UNAVAILABLE
    text = json.loads(capsys.readouterr().err)["text"]
    assert "找不到" in text
    assert "Errno" not in text
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "U0000001.TXT").write_text("alone", encoding="utf-8")
    assert ask(county, tmp_path / "stick") == cli.OK
    answer = json.loads(capsys.readouterr().out)
    assert (answer["files"], "没有找到" in answer["text"]) == (0, True)


def test_a_stick_that_takes_no_answer_is_told_that_the_file_was_taken(
    county, village, tmp_path, capsys, monkeypatch
):
    village.receive()
    put(tmp_path, village, sealed(county, village))

    def refuse(*_):
        raise OSError(errno.EROFS, "Read-only file system", str(tmp_path))

    with monkeypatch.context() as patch:
        patch.setattr(StickWriter, "place", refuse)
        assert ask(county, tmp_path, "--answer") == cli.UNAVAILABLE
    told = capsys.readouterr()
    assert json.loads(told.out)["taking"] == "taken"
    text = json.loads(told.err)["text"]
    assert ("只读" in text, "再执行一次" in text, "Errno" in text) == (True, True, False)
    assert ask(county, tmp_path, "--answer") == cli.OK
    assert [json.loads(row).get("taking") for row in capsys.readouterr().out.splitlines()] == ["again", None]


def test_a_damaged_file_ends_the_command_with_a_no(county, village, tmp_path, capsys):
    file = put(tmp_path, village, sealed(county, village))
    file.parts[0].write_bytes(b"nothing")
    database = county.hub.database.engine.url.render_as_string(hide_password=False)
    code = cli.main(
        ["courier-read", str(tmp_path), "--database", database, "--files", str(tmp_path / "files")]
    )
    (taken,) = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert (code, taken["taking"], taken["code"]) == (1, "refused", "truncated")


def test_answers_are_numbered_and_chained(county, village, tmp_path):
    headers = []
    for number in (1, 2):
        put(tmp_path / str(number), village, sealed(county, village, number), number)
        (question,) = questions(read_stick(county.hub, tmp_path / str(number)))
        file = write_answer(county.hub, question, tmp_path / str(number))
        headers.append(file.scanned())
    assert [one.header.number for one in headers] == [1, 2]
    assert headers[1].header.previous_hash == headers[0].hash


def test_a_file_is_what_its_device_says_and_nobody_else(county, village, town, tmp_path):
    village.receive()
    put(tmp_path / "a", village, sealed(county, village, seed=town.seed))
    put(tmp_path / "b", village, sealed(county, village, device="e" * 32))
    put(tmp_path / "c", village, sealed(county, village, hub="a" * 64))
    put(tmp_path / "d", town, sealed(county, town, envelopes=village.envelopes))
    put(tmp_path / "e", village, sealed(county, village, direction=Direction.DOWN))
    found = [reports(county, tmp_path / name)[0].code for name in "abcde"]
    assert found == [
        "wrong-signature",
        "unknown-device",
        "wrong-addressee",
        "bad-content",
        "answer-for-station",
    ]
    put(tmp_path / "good", village, sealed(county, village))
    assert reports(county, tmp_path / "good")[0].taking == "taken"


def test_the_text_beside_a_file_is_compared(county, village, tmp_path):
    file = put(tmp_path, village, sealed(county, village))
    remarks = [read_stick(county.hub, tmp_path)[0].remark]
    file.text_path.write_bytes(b"another")
    remarks.append(read_stick(county.hub, tmp_path)[0].remark)
    file.text_path.unlink()
    remarks.append(read_stick(county.hub, tmp_path)[0].remark)
    assert remarks == ["", OTHER_TEXT, NO_TEXT]


def test_a_wrong_scan_is_not_kept_and_holds_only_its_own_case(county, village, tmp_path):
    village.receive(attachments=(b"the scan",))
    village.receive()
    out = sealed(county, village, scans=(b"another scan",))
    put(tmp_path, village, out)
    (report,) = reports(county, tmp_path)
    assert (report.taking, report.attachments) == ("taken", 1)
    village.exchange()
    assert [village.result(seq)[0] for seq in (1, 2)] == ["held", "accepted"]


def test_a_device_that_changed_its_key_without_a_network_is_followed(county, village, tmp_path):
    village.receive()
    old, village.seed = village.seed, bytes([7] * 32)
    change = announce(village.device, 2, old, village.seed)
    village.receive()
    told = (KeyChangeMessage.pack(change),)
    put(tmp_path, village, sealed(county, village, changes=told))
    assert reports(county, tmp_path)[0].taking == "taken"
    forged = announce(village.device, 3, bytes([8] * 32), bytes([9] * 32))
    put(tmp_path / "forged", village, sealed(county, village, 2, changes=(KeyChangeMessage.pack(forged),)), 2)
    assert reports(county, tmp_path / "forged")[0].code == "wrong-signature"


def test_what_a_copy_of_a_disk_sealed_with_the_key_of_before_is_of_another_disk(county, village, tmp_path):
    village.receive_at_hub()
    change = announce(village.device, 2, village.seed, bytes([7] * 32))
    take_changes(county.hub, [change])
    village.receive()
    put(tmp_path, village, sealed(county, village))
    assert reports(county, tmp_path)[0].code == "fork"


def test_what_was_sealed_for_the_hubs_last_key_is_still_opened(county, village, tmp_path):
    village.receive()
    data = sealed(county, village)
    change_hub_key(county.hub)
    put(tmp_path, village, data)
    assert reports(county, tmp_path)[0].taking == "taken"


def test_pieces_come_in_any_order_and_more_than_once(county, village, town, monkeypatch):
    monkeypatch.setattr(spool, "PIECE_BYTES", 1000)
    village.receive(attachments=(b"x" * 5000,))
    data = sealed(county, village, scans=(b"x" * 5000,))
    name = scan(io.BytesIO(data)).hash
    pieces = [data[start : start + 1000] for start in range(0, len(data), 1000)]
    first = CarryResponse.model_validate_json(carry(town, data).content)
    assert (first.missing, first.report, first.piece_size) == (0, None, 1000)
    for place in (*reversed(range(len(pieces))), 0):
        path = f"/sync/v1/courier/{name}/{place}"
        if place == 1:
            told = CarryResponse.model_validate_json(carry(town, data).content)
            assert told.missing == 0
        assert town.http("PUT", path, pieces[place]).status_code == 204
    done = CarryResponse.model_validate_json(carry(town, data).content)
    assert (done.report.taking, done.report.attachments) == ("taken", 1)
    again = CarryResponse.model_validate_json(carry(town, data).content)
    assert (again.report.taking, again.answer) == ("again", done.answer)
    answer = b"".join(
        town.http("GET", f"/sync/v1/courier/{done.answer.hash}/{place}").content
        for place in range(-(-done.answer.size // 1000))
    )
    found = scan(io.BytesIO(answer))
    assert (found.hash, found.header.device) == (done.answer.hash, village.device)
    assert digest(done.answer.manifest.encode()) == found.header.manifest


def test_what_does_not_fit_is_refused(county, village, town, monkeypatch):
    data = sealed(county, village)
    name = scan(io.BytesIO(data)).hash
    path = f"/sync/v1/courier/{name}/0"
    assert town.http("PUT", path, data).status_code == 404
    assert carry(town, data, size=MOST_CARRIED_BYTES + 1).status_code == 413
    assert carry(town, data).status_code == 200
    assert town.http("PUT", path, data[:-1]).status_code == 400
    assert town.http("PUT", f"/sync/v1/courier/{name}/1", b"").status_code == 400
    assert village.http("PUT", path, data).status_code == 404, "another carrier's"
    assert carry(village, data).json()["code"] == "carried-by-another"
    assert town.http("GET", path).status_code == 404, "only answers are given out"
    for odd in ("/sync/v1/courier/XYZ/0", f"/sync/v1/courier/{name}/-1", f"/sync/v1/courier/{name}/999999"):
        assert town.http("PUT", odd, b"x").status_code == 404
    unsigned = county.client.request("POST", "/sync/v1/courier", content=b"{}")
    assert unsigned.status_code == 401
    wrong = bytes(len(data))
    assert town.http("PUT", path, wrong).status_code == 204
    assert carry(town, data).json()["code"] == "wrong-digest"
    assert CarryResponse.model_validate_json(carry(town, data).content).missing == 0


def test_a_carrier_has_few_files_under_way_and_none_for_ever(county, village, town):
    data = sealed(county, village)
    for number in range(spool.MOST_AT_ONCE + 3):
        carry(town, data, hash_of=f"{number:064x}")
    assert spool.forget_stale(county.hub) == 0
    county.clock.now += timedelta(days=spool.STALE_DAYS + 1)
    assert spool.forget_stale(county.hub) <= spool.MOST_AT_ONCE + 1
    with pytest.raises(Problem, match="not-found"):
        spool.answer_piece(county.hub, f"{1:064x}", 0)


def test_a_lost_device_is_heard_and_given_nothing_but_its_order(county, village, tmp_path):
    village.receive()
    lose(county.hub, village.device, wipe=False)
    put(tmp_path, village, sealed(county, village))
    read = read_stick(county.hub, tmp_path)
    assert read[0].taken.report.taking == "taken"
    _, receipt, responses = answer_of(village, write_answer(county.hub, questions(read)[0], tmp_path))
    assert receipt.acknowledged.seq == 1
    assert {one.order.kind for one in responses} == {"lock"}
    assert [page for one in responses for page in one.pages] == []


def test_a_revoked_device_is_told_so_and_given_nothing(county, village, tmp_path):
    village.receive(attachments=(b"a scan",))
    revoke(county.hub, village.device)
    put(tmp_path, village, sealed(county, village, scans=(b"a scan",)))
    read = read_stick(county.hub, tmp_path)
    assert read[0].taken.report.code == "revoked-device"
    _, receipt, responses = answer_of(village, write_answer(county.hub, questions(read)[0], tmp_path))
    assert (receipt.acknowledged.seq, receipt.files[0].code) == (0, "revoked-device")
    assert (responses, receipt.at_hub) == ([], ())
    assert at_hub(county, (b"a scan",)) == []


def test_the_folder_has_to_be_there(county, tmp_path):
    with pytest.raises((OSError, Refused)):
        read_stick(county.hub, tmp_path / "nothing")


def test_what_was_written_onto_a_stick_does_not_count_as_read(county, village, town, tmp_path):
    case = village.receive_at_hub()
    village.act("hand_over", case, "agent", **village.batch(TOWN))
    village.exchange()
    town.mirrors.clear()
    put(tmp_path, town, sealed(county, town))
    for question in questions(read_stick(county.hub, tmp_path)):
        write_answer(county.hub, question, tmp_path)
    with county.hub.database.read() as connection:
        assert shortening.noted(connection, town.device) == {}
    town.exchange()
    put(tmp_path / "later", town, sealed(county, town, 2), 2)
    county.hub.noted.clear()
    for question in questions(read_stick(county.hub, tmp_path / "later")):
        write_answer(county.hub, question, tmp_path / "later")
    with county.hub.database.read() as connection:
        assert shortening.noted(connection, town.device)[TOWN][0] == 1, "the device said so itself"


def test_another_carrier_goes_on_where_a_dead_one_stopped(county, village, town, monkeypatch):
    monkeypatch.setattr(spool, "PIECE_BYTES", 1000)
    village.receive()
    data = sealed(county, village)
    path = f"/sync/v1/courier/{scan(io.BytesIO(data)).hash}"
    assert carry(town, data).status_code == 200
    county.clock.now += timedelta(minutes=50)
    assert town.http("PUT", f"{path}/0", data[:1000]).status_code == 204
    county.clock.now += timedelta(minutes=50)
    assert carry(village, data).status_code == 409, "it moved less than an hour ago"
    county.clock.now += timedelta(minutes=11)
    told = CarryResponse.model_validate_json(carry(village, data).content)
    assert told.missing == 1, "what the first one brought is there"
    assert town.http("PUT", f"{path}/1", data[1000:2000]).status_code == 404
    assert spooled_whole(village, data).taking == "taken"


def test_who_announced_a_file_with_a_wrong_size_keeps_no_other_from_bringing_it(county, village, town):
    village.receive()
    data = sealed(county, village)
    assert carry(town, data, size=len(data) + 1).status_code == 200
    assert carry(village, data).json()["code"] == "carried-by-another"
    county.clock.now += timedelta(minutes=61)
    assert spooled_whole(village, data).taking == "taken"


def test_an_answer_is_taken_over_by_nobody(county, village, town):
    village.receive()
    data = sealed(county, village)
    spooled_whole(town, data)
    answer = CarryResponse.model_validate_json(carry(town, data).content).answer
    county.clock.now += timedelta(hours=2)
    assert carry(town, b"", hash_of=answer.hash, size=answer.size).status_code == 409
    assert town.http("GET", f"/sync/v1/courier/{answer.hash}/0").status_code == 200


def test_a_file_that_was_early_is_taken_when_the_missing_part_came_since(county, village, town):
    village.receive()
    village.receive()
    late, all_of_it = sealed(county, village, 2, envelopes=village.envelopes[1:]), village.envelopes
    assert spooled_whole(town, late).taking == "early"
    county.clock.now += timedelta(minutes=1)
    assert carry(town, late).json()["report"]["taking"] == "early", "nothing came since"
    village.exchange(envelopes=tuple(EnvelopeMessage.pack(one) for one in all_of_it[:1]))
    assert CarryResponse.model_validate_json(carry(town, late).content).report is None
    assert spooled_whole(town, late).taking == "taken"


def early_runs(county, village):
    with county.hub.database.read() as connection:
        return early.kept(connection, village.device)


def test_the_sweep_clears_the_spool_and_what_waited_for_a_year(county, village, town, tmp_path):
    village.receive()
    village.receive()
    put(tmp_path, village, sealed(county, village, envelopes=village.envelopes[1:]))
    assert reports(county, tmp_path)[0].taking == "early"
    carry(town, sealed(county, village))
    county.clock.now += timedelta(days=spool.STALE_DAYS + 1)
    sweep(county.hub)
    assert spools(county, town) == []
    assert early_runs(county, village) == [2]
    county.clock.now += timedelta(days=early.KEPT_DAYS)
    sweep(county.hub)
    assert early_runs(county, village) == []


def spools(county, carrier):
    with county.hub.database.read() as connection:
        return courier.spools_of(connection, carrier.device)


def test_the_sweep_stores_a_run_that_a_stop_of_the_hub_left_behind(county, village, tmp_path, monkeypatch):
    village.receive()
    village.receive()
    put(tmp_path, village, sealed(county, village, envelopes=village.envelopes[1:]))
    assert reports(county, tmp_path)[0].taking == "early"
    with monkeypatch.context() as stopped:
        stopped.setattr(early, "follow", lambda *_: None)
        village.exchange(envelopes=tuple(EnvelopeMessage.pack(one) for one in village.envelopes[:1]))
    sweep(county.hub)
    assert early_runs(county, village) == []
    assert village.exchange(envelopes=()).acknowledged.seq == 2


def test_a_device_has_few_runs_waiting_and_is_told_so(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(early, "MOST_KEPT", 2)
    for _ in range(4):
        village.receive()
    told = []
    for last in (2, 3, 4, 3):
        folder = tmp_path / str(len(told))
        put(folder, village, sealed(county, village, last, envelopes=village.envelopes[1:last]), last)
        told += [(one.taking, one.code) for one in reports(county, folder)]
    assert told == [("early", ""), ("early", ""), ("refused", "too-many-early"), ("early", "")]
    assert early_runs(county, village) == [2, 3]


def test_scans_that_acts_of_the_file_refer_to_have_room_and_others_are_counted(
    county, village, tmp_path, monkeypatch
):
    monkeypatch.setattr(limits, "MAX_UNREFERRED_BYTES", 100)
    scans = [bytes([65 + number]) * 90 for number in range(3)]
    village.receive(attachments=tuple(scans))
    put(tmp_path, village, sealed(county, village, scans=(*scans, b"x" * 101, b"y" * 101)))
    (report,) = reports(county, tmp_path)
    assert (report.taking, report.attachments) == ("taken", 3)
    assert "2 份扫描件没有存下" in report.text
    village.exchange()
    assert village.result(1) == ("accepted", [])


def test_what_acts_brought_by_an_earlier_file_wait_for_has_room(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNREFERRED_BYTES", 100)
    village.receive(attachments=(b"a" * 300,))
    put(tmp_path / "acts", village, sealed(county, village))
    reports(county, tmp_path / "acts")
    put(tmp_path / "scans", village, sealed(county, village, 2, (b"a" * 300, b"x" * 300), envelopes=()), 2)
    (report,) = reports(county, tmp_path / "scans")
    assert (report.taking, report.attachments) == ("taken", 1)
    assert "1 份扫描件没有存下" in report.text
    village.exchange()
    assert village.result() == ("accepted", [])


def test_small_records_that_unpack_large_are_refused_before_they_fill_the_memory(
    county, village, tmp_path, monkeypatch
):
    for number in range(6):
        village.seal("x" * 200_000 + str(number), "agent")
    data = sealed(county, village, at_once=1)
    assert len(data) < 10_000
    with monkeypatch.context() as less:
        less.setattr(records, "MOST_UNPACKED_BYTES", 1_000_000)
        put(tmp_path / "bomb", village, data)
        (report,) = reports(county, tmp_path / "bomb")
        assert (report.taking, report.code) == ("refused", "bad-content")
        put(tmp_path / "less", village, sealed(county, village, envelopes=village.envelopes[:4], at_once=1))
        assert reports(county, tmp_path / "less")[0].last_seq == 4
    assert reports(county, tmp_path / "bomb")[0].last_seq == 6


def at_hub(county, scans):
    complete = select(col(AttachmentRow.sha256)).where(col(AttachmentRow.complete_at) != "")
    with county.hub.database.read() as connection:
        there = set(connection.execute(complete).scalars())
    return [data for data in scans if hashlib.sha256(data).hexdigest() in there]


def test_a_scan_too_large_for_an_upload_does_not_come_by_stick_either(county, village, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES", 1000)
    scans = [b"a" * 1000, b"b" * 1001]
    village.receive(attachments=tuple(scans))
    put(tmp_path, village, sealed(county, village, scans=scans))
    (report,) = reports(county, tmp_path)
    assert (report.taking, report.attachments, len(at_hub(county, scans))) == ("taken", 1, 1)
    assert "1 份扫描件没有存下" in report.text


def forked(village, scans):
    village.receive()
    village.exchange()
    village.envelopes.clear()
    village.receive(attachments=scans)
    return {}


def badly_signed(village, scans):
    village.receive(attachments=scans)
    return {"envelopes": [replace(one, signature="0" * 128) for one in village.envelopes]}


def too_early(village, scans):
    village.receive()
    village.receive(attachments=scans)
    return {"envelopes": village.envelopes[1:]}


def with_a_bad_end(village, scans):
    village.receive(attachments=scans)
    return {"last": ((records.RUN, b"no run"),)}


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (forked, ("refused", "fork")),
        (badly_signed, ("refused", "bad-content")),
        (too_early, ("early", "")),
        (with_a_bad_end, ("refused", "bad-content")),
    ],
)
def test_acts_that_the_hub_does_not_take_make_no_room_for_scans(
    county, village, tmp_path, monkeypatch, spoilt, told
):
    monkeypatch.setattr(limits, "MAX_UNREFERRED_BYTES", 100)
    scans = tuple(bytes([65 + number]) * 90 for number in range(3))
    more = spoilt(village, scans)
    put(tmp_path, village, sealed(county, village, scans=scans, **more))
    (report,) = reports(county, tmp_path)
    assert (report.taking, report.code) == told
    assert len(at_hub(county, scans)) <= 1


def test_a_stick_is_asked_for_the_scan_that_only_others_brought(county, village, tmp_path):
    county.enrol("510704105213", "neighbour").upload(b"a scan")
    digest = hashlib.sha256(b"a scan").hexdigest()
    village.offered = [AttachmentOffer(sha256=digest, size=6)]
    village.receive(attachments=(b"a scan",))
    told = []
    for number, scans in ((1, ()), (2, (b"a scan",))):
        stick = tmp_path / str(number)
        put(stick, village, sealed(county, village, number, scans), number)
        (question,) = questions(read_stick(county.hub, stick))
        _, receipt, responses = answer_of(village, write_answer(county.hub, question, stick))
        told.append((receipt.at_hub, [need.sha256 for one in responses for need in one.needed]))
    assert told == [((), [digest]), ((digest,), [])]
    village.exchange()
    assert village.result() == ("accepted", [])
