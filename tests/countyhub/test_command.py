"""The command as the county's administrator uses it, and the hub over a real socket."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from zstandard import ZstdCompressor

from countyhub.cli import main
from hubprotocol.messages import EnrolResponse, ExchangeResponse
from hubprotocol.requests import sign_request
from stationapp.domain import calendar as calendars
from stationapp.domain.catalogue_codec import catalogue_to_mapping
from stationapp.domain.organisation import organisation_to_mapping

VILLAGE = "510704105209"


@pytest.fixture
def papers(tmp_path, county_papers):
    """The reference documents as files."""
    organisation, catalogue, calendar, passwords = county_papers
    plain = {
        "organisation": organisation_to_mapping(organisation),
        "catalogue": catalogue_to_mapping(catalogue),
        "calendar": calendars.to_mapping(calendar),
        "passwords": passwords,
    }
    for name, data in plain.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(database_url, papers, capsys):
    """Runs a command in this process; returns exit code and answer."""

    def command(name, *arguments):
        code = main([name, "--database", database_url, "--files", str(papers / "files"), *arguments])
        output = capsys.readouterr()
        text = output.out or output.err
        return code, json.loads(text) if text.strip() else None

    return command


@pytest.fixture
def files(papers):
    """The options that name the papers."""
    names = ("organisation", "catalogue", "calendar", "passwords")
    return [part for name in names for part in (f"--{name}", str(papers / f"{name}.json"))]


@pytest.fixture
def hub(run, files):
    """A hub made by `init`."""
    code, answer = run("init", "--county", "510704", *files)
    assert code == 0
    return answer


def test_a_hub_is_made_once(run, hub, papers):
    names = ("organisation", "catalogue", "calendar")
    files = [part for name in names for part in (f"--{name}", str(papers / f"{name}.json"))]
    assert run("init", "--county", "510704", *files) == (
        3,
        {
            "error": "initialised",
            "text": "这个数据库已经是一个县级平台，不能再次初始化。",
            "reasons": [
                {
                    "code": "initialised",
                    "text": "这个数据库已经是一个县级平台，不能再次初始化。",
                    "field": "database",
                }
            ],
        },
    )


def test_files_that_do_not_fit_are_refused(run, papers):
    files = [
        part
        for name in ("organisation", "catalogue", "calendar")
        for part in (f"--{name}", str(papers / f"{name}.json"))
    ]
    assert run("init", "--county", "510705", *files)[1]["error"] == "other-county"
    (papers / "catalogue.json").write_text('{"items": 3}', encoding="utf-8")
    code, answer = run("init", "--county", "510704", *files)
    assert (code, answer["error"]) == (3, "malformed-file")
    code, answer = run("stats")
    assert (code, answer["error"]) == (4, "not-initialised")


def test_documents_are_published_in_rising_versions(run, hub, papers, county_papers):
    _, catalogue, calendar, _ = county_papers
    assert run("publish", "organisation", str(papers / "organisation.json"))[1]["version"] == "2"
    code, answer = run("publish", "catalogue", str(papers / "catalogue.json"))
    assert (code, answer["error"]) == (3, "version-not-higher")
    newer = catalogue_to_mapping(dataclasses.replace(catalogue, version=5))
    (papers / "newer.json").write_text(json.dumps(newer), encoding="utf-8")
    assert run("publish", "catalogue", str(papers / "newer.json"))[1]["version"] == "5"
    code, answer = run("publish", "calendar", str(papers / "calendar.json"))
    assert (code, answer["error"]) == (3, "version-taken")
    other = calendars.to_mapping(dataclasses.replace(calendar, version="cn-2027.1"))
    (papers / "other.json").write_text(json.dumps(other), encoding="utf-8")
    assert run("publish", "calendar", str(papers / "other.json"))[1]["version"] == "cn-2027.1"
    assert run("stats")[1]["references"] == {
        "organisation": "2",
        "catalogue": "5",
        "calendar": "cn-2027.1",
        "devices": "1",
    }
    assert run("verify")[0] == 0


def changed(papers, name, change):
    """Write a paper again, changed."""
    path = papers / f"{name}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def test_an_organisation_with_a_shared_short_name_is_refused_by_init_and_by_publish(run, papers, files):
    def share(data):
        data["desks"][4]["organ_short"] = data["desks"][3]["organ_short"]

    organisation = (papers / "organisation.json").read_text(encoding="utf-8")
    changed(papers, "organisation", share)
    code, answer = run("init", "--county", "510704", *files)
    assert (code, answer["error"]) == (3, "shared-short-name")
    assert run("stats")[1]["error"] == "not-initialised"
    (papers / "organisation.json").write_text(organisation, encoding="utf-8")
    assert run("init", "--county", "510704", *files)[0] == 0
    code, answer = run("publish", "organisation", changed(papers, "organisation", share))
    assert (code, answer["error"]) == (3, "shared-short-name")
    assert run("stats")[1]["references"]["organisation"] == "1"


def test_desks_outside_the_divisions_of_today_are_warned_of(run, papers, files):
    row = {"level": "6", "name": "抗香村", "parent": "", "valid_from": "2015-01-01", "successors": []}
    ended = {"rows": [{**row, "code": VILLAGE, "valid_to": "2020-01-01"}]}
    (papers / "divisions.json").write_text(json.dumps(ended), encoding="utf-8")
    compared = ("--divisions", str(papers / "divisions.json"))
    code, answer = run("init", "--county", "510704", *files, *compared)
    assert code == 0
    assert {warning["code"] for warning in answer["warnings"]} == {
        "no-division",
        "no-such-post",
        "cheap-keys",
    }
    assert len(answer["warnings"]) == 7
    organisation = str(papers / "organisation.json")
    assert len(run("publish", "organisation", organisation, *compared)[1]["warnings"]) == 7
    code, answer = run("publish", "catalogue", str(papers / "catalogue.json"), *compared)
    assert (code, answer["error"]) == (3, "no-divisions-here")


def test_an_item_that_is_not_complete_is_published_only_when_that_is_wanted(run, hub, papers):
    def spoil(data):
        data["version"] += 1
        data["items"].append({**data["items"][0], "version": 2, "fee": ""})

    path = changed(papers, "catalogue", spoil)
    code, answer = run("publish", "catalogue", path)
    assert (code, answer["error"]) == (3, "item-incomplete")
    assert "收费标准" in answer["text"]
    code, answer = run("publish", "catalogue", path, "--allow-incomplete")
    assert (code, answer["version"], [one["code"] for one in answer["warnings"]]) == (
        0,
        "2",
        ["item-incomplete"],
    )


@pytest.mark.parametrize("spoil", [lambda rows: rows.pop(0), lambda rows: rows[0].update(fee="免费")])
def test_a_version_that_was_published_is_neither_dropped_nor_altered(run, hub, papers, spoil):
    def change(data):
        data["version"] += 1
        spoil(data["items"])

    code, answer = run("publish", "catalogue", changed(papers, "catalogue", change))
    assert (code, answer["error"]) == (3, "version-altered")
    assert "第1版已经发布" in answer["text"]
    assert run("stats")[1]["references"]["catalogue"] == "1"


@pytest.mark.parametrize("excuse", [{"status": "suspended"}, {"demonstration": True}])
def test_items_not_in_use_and_demonstration_items_may_be_incomplete(run, hub, papers, excuse):
    def spoil(data):
        data["version"] += 1
        data["items"].append({**data["items"][0], "version": 2, "gaps": ["时限的核定"], **excuse})

    assert run("publish", "catalogue", changed(papers, "catalogue", spoil))[0] == 0


def test_the_days_of_grace_are_shown_and_set(run, hub):
    assert run("settings") == (0, {"grace_days": 30})
    assert run("settings", "--grace-days", "10") == (0, {"grace_days": 10})
    assert run("settings") == (0, {"grace_days": 10})
    assert run("settings", "--grace-days", "-1")[1]["error"] == "negative-days"


def test_a_password_is_set_from_standard_input(run, hub, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a new secret\n"))
    assert run("set-password", "agent") == (0, {"login": "agent", "organisation": "2"})
    monkeypatch.setattr(sys, "stdin", io.StringIO("a new secret\n"))
    assert run("set-password", "nobody")[1]["error"] == "no-person"
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert run("set-password", "agent")[1]["error"] == "no-password"


def test_a_device_is_revoked_once(run, hub):
    code, answer = run("revoke-device", "nothing")
    assert (code, answer["device"], answer["revoked"]) == (1, "nothing", False)
    assert "countyhub devices" in answer["text"]


@pytest.mark.parametrize("command", ["lose-device", "unlock-device", "rotate-device-key", "assign-desks"])
def test_a_pc_that_is_not_known_is_answered_in_words(run, hub, command):
    more = ("--desks", VILLAGE) if command == "assign-desks" else ()
    code, answer = run(command, "nothing", *more)
    assert code == 1
    assert "没有这台电脑" in answer["text"]


def test_a_new_epoch_says_what_it_means(run, hub):
    code, answer = run("new-epoch")
    assert (code, answer["epoch"] != hub["epoch"]) == (0, True)
    assert "重新核对" in answer["text"]


def test_asking_a_database_that_is_not_there_makes_no_file(papers, capsys):
    file = papers / "none.sqlite"
    assert main(["stats", "--database", f"sqlite:///{file}", "--files", str(papers / "files")]) == 4
    answer = json.loads(capsys.readouterr().err)
    assert answer["error"] == "not-initialised"
    assert str(file) in str(answer)
    assert not file.exists()


def test_an_answer_nobody_reads_ends_the_command_quietly(hub, papers, database_url):
    command = [sys.executable, "-m", "countyhub", "stats", "--database", database_url]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*command, "--files", str(papers / "files")],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")


def test_an_unreachable_database_is_unavailable(papers, capsys):
    url = f"sqlite:///{papers / 'missing' / 'hub.sqlite'}"
    assert main(["stats", "--database", url, "--files", str(papers / "files")]) == 4
    assert json.loads(capsys.readouterr().err)["error"] == "database"


def test_wrong_usage_ends_with_2(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["serve"])
    assert "--database" in capsys.readouterr().err


@contextmanager
def serving(database_url, papers):
    """The hub in a process of its own; yields its URL and ends it."""
    command = [sys.executable, "-m", "countyhub", "serve", "--database", database_url]
    command += ["--files", str(papers / "files"), "--port-file", str(papers / "port")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        answer = json.loads(process.stdout.readline())
        assert (papers / "port").read_text(encoding="ascii") == str(answer["port"])
        try:
            yield answer["url"]
        finally:
            process.terminate()
            assert process.wait(30) == 0


def test_a_station_enrols_and_exchanges_over_a_real_socket(run, hub, papers, database_url, make_station):
    code = run("enrolment-code", "--station", VILLAGE)[1]["code"]
    with serving(database_url, papers) as url, httpx.Client(base_url=url) as client:
        station = make_station(client, code, "agent")
        case = station.receive()
        answer = post_exchange(client, station)
        assert answer.verdicts[0].result == "accepted"
        again = post_exchange(client, station)
        assert again.verdicts == ()
        number = json.loads(station.envelopes[0].body)["facts"]["receipt_number"]
        found = {
            "number": number,
            "cases": [{"case_id": case, "kind": "receipt", "status": "confirmed", "reasons": []}],
        }
        assert run("find", number.lower().replace("-", "")) == (
            0,
            found | {"number": number.replace("-", "")},
        )
        code, answer = run("find", "510704-20261121-000001")
        assert (code, answer["cases"], "仅存本机" in answer["text"]) == (1, [], True)
        (row,) = run("cases", "--json")[1]
        assert (row["case_id"], row["state"], row["receipt_number"]) == (case, "received", number)
        broken_upload(client, station)
    assert run("verify")[0] == 0


def post_exchange(client, station, **changes):
    """One exchange as a station sends it."""
    body = ZstdCompressor().compress(station.request(**changes).model_dump_json().encode())
    signed = sign_request(station.device, station.seed, "POST", "/sync/v1/exchange", body, "2026-11-21")
    answer = client.post("/sync/v1/exchange", content=body, headers=signed | {"Content-Encoding": "zstd"})
    return station.take(ExchangeResponse.model_validate_json(answer.content))


def broken_upload(client, station):
    """A connection dies in the middle of an upload; what arrived is kept, and the rest follows.

    The hub may hear of the dead connection's request only after the newer ones. It names the generation that held
    the upload when it was sent, so that it cannot take the upload from them.
    """
    scan = bytes(range(256)) * 1000
    opened = send(client, station, "POST", "/sync/v1/uploads", headers=station.upload_headers(scan))
    path = opened.headers["Location"]
    kind = {"Content-Type": "application/partial-upload", "Upload-Complete": "?1"}
    head = sign_request(station.device, station.seed, "PATCH", path, b"", "2026-11-21")
    held = {"Upload-Offset": "0", "Upload-Generation": opened.headers["Upload-Generation"]}
    lines = head | kind | held | {"Host": "hub", "Content-Length": str(len(scan))}
    with socket.create_connection((client.base_url.host, client.base_url.port)) as line:
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        line.sendall(f"PATCH {path} HTTP/1.1\r\n{text}\r\n".encode() + scan[:100_000])
    told = send(client, station, "HEAD", path)
    offset = int(told.headers["Upload-Offset"])
    assert 0 <= offset <= 100_000
    held = {"Upload-Offset": str(offset), "Upload-Generation": told.headers["Upload-Generation"]}
    done = send(client, station, "PATCH", path, scan[offset:], kind | held)
    assert (done.status_code, done.headers["Upload-Complete"]) == (204, "?1")


def send(client, station, method, path, body=b"", headers=None):
    """A request of an upload: its signature covers an empty body."""
    signed = sign_request(station.device, station.seed, method, path, b"", "2026-11-21")
    return client.request(method, path, content=body, headers=signed | (headers or {}))


def test_a_taken_port_is_unavailable(run, hub):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, answer = run("serve", "--port", str(taken.getsockname()[1]))
    assert (code, answer["error"]) == (4, "unavailable")
    assert ("端口已被占用" in answer["text"], "Errno" in answer["text"]) == (True, False)


@pytest.fixture
def make_station(enrolled_station):
    """Enrols a PC over a client."""

    def make(client, code, *people):
        seed = b"7" * 32
        from hubprotocol.keys import sign_public_of

        asked = {"protocol": 1, "code": code, "device_public": sign_public_of(seed).hex()}
        answer = EnrolResponse.model_validate_json(client.post("/sync/v1/enrol", json=asked).content)

        def reference(name):
            path = f"/sync/v1/reference/{name}"
            signed = sign_request(answer.device, seed, "GET", path, b"", "2026-11-21")
            return client.get(path, headers=signed).json()["body"]

        return enrolled_station(answer, seed, reference("organisation"), people)

    return make


def test_news_reaches_who_waits_for_them_over_a_real_socket(run, hub, papers, database_url, make_station):
    codes = [run("enrolment-code", "--station", VILLAGE)[1]["code"] for _ in range(2)]
    with (
        serving(database_url, papers) as url,
        httpx.Client(base_url=url, timeout=60) as client,
        httpx.Client(base_url=url, timeout=60) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        first, second = (make_station(client, code, "agent") for code in codes)
        for station in (first, second, first):
            post_exchange(client, station)
        news = pool.submit(post_exchange, other, first, wait_s=25)
        second.receive()
        post_exchange(client, second)
        pages = {page.feed: page for page in news.result(30).pages}
        assert [entry.kind for entry in pages[VILLAGE].entries] == ["put"]


def test_a_lost_pc_is_marked_listed_and_taken_in_again(run, hub, papers, database_url):
    device = enrolled_device(database_url, papers)
    _, listed = run("devices")
    assert (listed["device_id"], listed["station"], listed["slot"], listed["lost_at"]) == (
        device,
        VILLAGE,
        1,
        "",
    )
    for command, ordered in (
        (("lose-device", device, "--wipe"), "wipe"),
        (("lose-device", device), "lock"),
        (("unlock-device", device), "unlock"),
        (("rotate-device-key", device), "rotate"),
    ):
        code, answer = run(command[0], *command[1:])
        assert (code, answer["ordered"]) == (0, ordered)
    code, answer = run("unlock-device", device)
    assert (code, answer["ordered"], answer["order"]) == (1, "", 0)
    assert "没有登记丢失" in answer["text"]
    run("lose-device", device)
    assert run("devices")[1]["lost_at"]
    run("revoke-device", device)
    for command in ("lose-device", "unlock-device", "rotate-device-key"):
        assert run(command, device)[0] == 1
        assert run(command, "f" * 32)[0] == 1


def test_whoever_wants_to_lock_a_pc_that_has_left_is_told_that_it_will_be_wiped(
    run, hub, database_url, papers
):
    from countyhub.database import Database
    from countyhub.devices.repository import set_left

    device = enrolled_device(database_url, papers)
    database = Database(database_url)
    database.write(lambda connection: set_left(connection, device, "2026-07-20T10:00:00+08:00", wiped=False))
    database.close()
    code, answer = run("lose-device", device)
    assert (code, answer["ordered"]) == (0, "wipe")
    assert "不能再改为只锁定" in answer["warnings"][1]["text"]


def test_the_hub_s_key_is_changed_by_a_command(run, hub):
    code, answer = run("rotate-hub-key")
    assert (code, answer["before"], answer["from_seq"]) == (0, hub["hub_public"], 1)
    assert run("enrolment-code", "--station", VILLAGE)[1]["hub_public"] == answer["hub_public"]
    assert run("verify")[0] == 0


def enrolled_device(database_url, papers):
    """Enrol a PC without a network; return its id."""
    from countyhub.attachments.files import FolderFiles
    from countyhub.database import Database
    from countyhub.devices import service
    from countyhub.hub import Hub
    from hubprotocol.messages import EnrolRequest

    opened = Hub(Database(database_url), FolderFiles(papers / "files"))
    code, _ = service.make_code(opened, VILLAGE)
    device = service.enrol(opened, EnrolRequest(protocol=1, code=code, device_public="ab" * 32)).device
    opened.database.close()
    return device


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7"])  # noqa: S104 - what must be refused.
def test_without_a_certificate_a_hub_serves_this_machine_alone(run, hub, host):
    code, answer = run("serve", "--host", host)
    assert (code, answer["error"]) == (3, "plain-http")
