"""A village without a network, by commands: write a stick, let the county read it, read the receipt."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import another_number, enrolled
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import CLERK, TOWNSHIP
from stationapp.platform.paths import StationPaths

Run = Callable[..., tuple[int, Any]]
RELIEF = "512B0003600031-510704000000-000-11511301008778298W-1-00"


@pytest.fixture
def told(agent: Run, tmp_path: Path) -> dict[str, Any]:
    """A case that lies only in the village."""
    file = tmp_path / "application.json"
    person = {"name": "吴䶮", "document_kind": "resident_id", "document_number": another_number()}
    file.write_text(json.dumps({"item": RELIEF, "applicant": person, "materials": []}), "utf-8")
    case: dict[str, Any] = agent("case", "open", str(file), "--note-missing")[1]
    return case


def all_is_at_the_hub(agent: Run) -> bool:
    """Whether the hub has everything; it may hold back what other tests of this PC left to wait there."""
    standing = agent("status")[1]
    return bool(standing["only_here_events"] == standing["held"])


def test_a_stick_goes_to_the_county_and_comes_back(
    agent: Run, told: dict[str, Any], hub: HubProcess, tmp_path: Path
) -> None:
    code, written = agent("courier", "write", str(tmp_path), "--part-mb", "0.002")
    assert (code, written["read_back"], written["cases"] >= 1) == (0, True, True)
    assert told["receipt_number"] in written["receipt_numbers"]
    assert len(written["files"]) > 2
    assert [row["number"] for row in agent("courier", "list")[1]] == [written["number"]]
    taken, answered = hub.ask("courier-read", str(tmp_path), "--answer")
    assert (taken["taking"], taken["number"]) == ("taken", written["number"])
    assert agent("status")[1]["only_here_events"] > 0
    code, read = agent("courier", "read", str(tmp_path), "--offline")
    results = {row["file"]: row["result"] for row in read["files"]}
    assert (code, results[answered["answer"]], read["waiting"]) == (0, "taken", 0)
    assert all_is_at_the_hub(agent)
    assert agent("courier", "list") == (0, [])
    assert hub.known_numbers([told["receipt_number"]]) == {told["receipt_number"]}


def test_the_township_carries_a_stick_on(
    agent: Run, told: dict[str, Any], hub: HubProcess, run: Run, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    agent("courier", "write", str(stick), "--only-new")
    township: StationPaths = enrolled(hub, tmp_path / "township", TOWNSHIP)
    code, read = run(township.home, CLERK, "courier", "read", str(stick))
    assert (code, [row["result"] for row in read["files"]]) == (0, ["carried"])
    assert "抗香村" in read["files"][0]["text"]
    assert agent("courier", "read", str(stick), "--offline")[1]["settled"] > 0
    assert all_is_at_the_hub(agent)


def test_a_revoked_pc_reads_that_it_is_and_is_warned_before_it_writes_again(
    hub: HubProcess, run: Run, tmp_path: Path
) -> None:
    home, stick = enrolled(hub, tmp_path / "home", TOWNSHIP).home, tmp_path / "stick"
    stick.mkdir()
    device = max(hub.ask("devices"), key=lambda row: int(row["slot"]) * (row["station"] == TOWNSHIP))
    assert run(home, CLERK, "courier", "write", str(stick))[1]["warning"] == ""
    hub.ask("revoke-device", device["device_id"])
    hub.ask("courier-read", str(stick), "--answer", answers=(1,))
    _, read = run(home, CLERK, "courier", "read", str(stick), "--offline")
    assert any("停用" in row["text"] for row in read["files"] if row["kind"] == "answer")
    assert "停用" in run(home, CLERK, "courier", "write", str(stick))[1]["warning"]


def test_what_cannot_be_done_is_said(agent: Run, tmp_path: Path) -> None:
    assert agent("courier", "write", str(tmp_path / "nothing"))[0] == 3
    code, refused = agent("courier", "write", str(tmp_path), "--part-mb", "5000")
    assert (code, refused["refused"][0]["code"]) == (1, "part-size")
    (tmp_path / "COURIER" / "0123ABCD").mkdir(parents=True)
    (tmp_path / "COURIER" / "0123ABCD" / "D0000001.TXT").write_text("alone", "utf-8")
    code, read = agent("courier", "read", str(tmp_path), "--offline")
    assert (code, read["files"], "没有找到" in read["text"]) == (0, [], True)
    folder = tmp_path / "COURIER" / "ABCDEF01"
    folder.mkdir(parents=True)
    (folder / "D0000001.001").write_bytes(b"nothing")
    code, read = agent("courier", "read", str(tmp_path), "--offline")
    assert (code, read["files"][0]["code"]) == (4, "truncated")
