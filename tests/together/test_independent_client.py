"""A client written from the protocol's page alone works with the hub and our stations, and has nothing of them."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import PASSWORDS, address, enrolled, serving, signed_in
from stationapp.demo.acts import send_all, sign_all, take_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.demo.stations import AGENT, CLERK, TOWNSHIP, VILLAGE, sync_until_agreed
from stationapp.domain.case import State
from stationapp.services import casework
from stationapp.services.case_details import details
from stationapp.services.workplace import Workplace

SCRIPT = Path(__file__).with_name("independent_client.py")
OURS = {"stationapp", "countyhub", "hubprotocol"}
NEEDED = {"nacl", "zstandard"}
ITEM = "临时救助"


class Independent:
    """The client, asked line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, word: str, *rest: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([word, *rest]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, self._ended()
        return json.loads(line)

    def _ended(self) -> str:
        assert self._process.stderr
        return self._process.stderr.read()


@contextmanager
def independent(hub: HubProcess, station: str, login: str) -> Iterator[Independent]:
    line = (address(hub), hub.enrolment_code(station), login, PASSWORDS[login])
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-I", str(SCRIPT), *line], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            yield Independent(process)
        finally:
            process.kill()


@contextmanager
def ours(hub: HubProcess, home: Path, station: str, login: str) -> Iterator[Workplace]:
    with signed_in(enrolled(hub, home, station), login) as workplace:
        yield workplace


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    with serving(tmp_path / "hub") as served:
        yield served


def test_it_imports_nothing_of_the_product() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    assert not names & OURS
    assert names - NEEDED <= sys.stdlib_module_names


def test_it_enrols_pushes_pulls_and_uploads_and_gets_back_what_our_township_returns(
    hub: HubProcess, tmp_path: Path
) -> None:
    with independent(hub, VILLAGE, AGENT) as client, ours(hub, tmp_path / "pc", TOWNSHIP, CLERK) as township:
        told = client.do("receive", ITEM)
        case_id = told["case_id"]
        assert (told["first"], told["first_reasons"]) == ("held", ["attachment-missing"])
        assert told["already"]
        assert told["acknowledged"]
        seen = client.do("look")
        assert seen["held"].keys() == {f"{VILLAGE} {case_id}"}
        assert seen["late"] == [{"seq": 1, "case_id": case_id, "result": "accepted", "revision": 1}]
        assert hub.known_numbers([told["receipt_number"]]) == {told["receipt_number"]}
        assert [row["state"] for row in hub.ask("cases")] == ["received"]
        assert client.do("act", "note_attorney", case_id, {"attorney": "present"})["result"] == "accepted"
        assert client.do("hand_over", case_id, TOWNSHIP)["result"] == "accepted"
        sync_until_agreed(township)
        assert sign_all(township) == [case_id]
        casework.act(township, case_id, "send_back", {"to_desk": VILLAGE, "reason": "请核对家庭住址。"})
        sync_until_agreed(township)
        seen = client.do("look")
        assert seen["moves"][case_id] == ["receive", "note_attorney", "hand_over", "sign_for", "send_back"]
        assert seen["facts"][case_id]["reason"] == "请核对家庭住址。"
        own = seen["device"]
        assert seen["devices"][case_id] == [own] * 3 + [township.identity.device] * 2
        assert seen["held"][f"{VILLAGE} {case_id}"] == held_by(township, case_id)
    assert hub.faults() == []


def test_it_sees_come_and_go_what_our_village_sends_and_reads_its_scan(
    hub: HubProcess, tmp_path: Path
) -> None:
    with independent(hub, TOWNSHIP, CLERK) as client, ours(hub, tmp_path / "pc", VILLAGE, AGENT) as village:
        item = next(row.code for row in village.catalogue.items if row.name == ITEM)
        person = demonstration_applicants()[0]
        case_id = take_in(village, PlannedCase(item, person, Fate.COUNTY, with_scan=True)).case_id
        send_all(village, "to_send")
        sync_until_agreed(village)
        there = client.do("look")
        assert ["put", case_id] in there["entries"]
        assert there["held"] == {f"{TOWNSHIP} {case_id}": held_by(village, case_id)}
        (scan,) = client.do("download", case_id)
        assert hashlib.sha256(village.files.get(scan)).hexdigest() == scan
        casework.act(village, case_id, "recall", {"reason": "少了一份材料。"})
        sync_until_agreed(village)
        gone = client.do("look")
        assert gone["entries"][-1] == ["evict", case_id]
        assert gone["held"] == {}
        send_all(village, "to_send")
        sync_until_agreed(village)
        assert client.do("look")["entries"] == [["put", case_id]]
        assert client.do("act", "sign_for", case_id, {})["result"] == "accepted"
        back = {"to_desk": VILLAGE, "reason": "请重新拍照。"}
        assert client.do("act", "send_back", case_id, back)["result"] == "accepted"
        there = client.do("look")
        sync_until_agreed(village)
        assert details(village, case_id).case.state is State.SENT_BACK
        assert there["held"] == {f"{TOWNSHIP} {case_id}": held_by(village, case_id)}
    assert hub.faults() == []


def held_by(place: Workplace, case_id: str) -> list[Any]:
    """How our own program holds a case of its desk: revision and hash."""
    with place.store.read() as unit:
        row = next(one for one in unit.mailboxes.held() if one.case_id == case_id)
    return [row.revision, row.hash]
