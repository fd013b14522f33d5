"""Scans in and out, refused acts and drafts by commands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import PASSWORDS, signed_in
from hubprotocol.messages import Result
from stationapp.cli import main
from stationapp.demo.stations import AGENT
from stationapp.domain.people import Attachment, HandedIn
from stationapp.domain.refusal import Reason
from stationapp.platform.paths import StationPaths
from stationapp.services import intake, scans
from stationapp.services.catalogue import find_items
from stationapp.services.workplace import Workplace

Run = Callable[..., tuple[int, Any]]
JPEG = b"\xff\xd8\xff\xe0" + b"j" * 50
ABSENT = Attachment("0" * 64, 5, "还在路上.jpg", "image/jpeg")


def codes(answer: Any) -> list[str]:
    return [row["code"] for row in answer["refused"]]


def fresh(workplace: Workplace, name: str) -> intake.Draft:
    item = next(row.item for row in find_items(workplace, "临时救助") if not row.closed)
    draft = intake.new_draft(workplace, item)
    applicant = replace(draft.application.applicant, name=name, document_number="510721194203078528")
    return replace(draft, application=replace(draft.application, applicant=applicant))


def told(home: StationPaths, *attachments: Attachment) -> str:
    """Receive a case that lacks most; returns its receipt number."""
    with signed_in(home, AGENT) as workplace:
        draft = fresh(workplace, "㛃")
        material = HandedIn("mz03-m2", "居民身份证", 1, 1, attachments=attachments)
        application = replace(draft.application, materials=(material,))
        case, _ = intake.note_missing(workplace, replace(draft, application=application))
        return case.receipt_number


def test_a_scan_is_stored_and_its_description_fits_into_facts(agent: Run, tmp_path: Path) -> None:
    file = tmp_path / "户口簿.jpg"
    file.write_bytes(JPEG)
    code, stored = agent("scan", "add", str(file))
    assert (code, stored) == (
        0,
        {
            "sha256": hashlib.sha256(JPEG).hexdigest(),
            "size": len(JPEG),
            "name": "户口簿.jpg",
            "media_type": "image/jpeg",
        },
    )
    assert Attachment(**stored).sha256 == stored["sha256"]
    assert agent("scan", "add", str(tmp_path / "nothing.jpg"))[0] == 3
    file.write_bytes(b"GIF89a")
    assert codes(agent("scan", "add", str(file))[1]) == ["file-kind"]


def test_the_scans_of_a_case_are_written_whatever_they_are_called(
    agent: Run, village_home: StationPaths, tmp_path: Path
) -> None:
    pages = [JPEG + bytes([page]) for page in range(3)]
    with signed_in(village_home, AGENT) as workplace:
        names = ("../../外面.jpg", "a:b*c?.jpg", "身份证.jpg")
        stored = [scans.attach_bytes(workplace, name, data) for name, data in zip(names, pages, strict=True)]
    number = told(village_home, *stored)
    out = tmp_path / "new" / "scans"
    code, rows = agent("scan", "get", number, "--out", str(out))
    assert code == 0
    assert [Path(row["file"]).read_bytes() for row in rows] == pages
    assert {Path(row["file"]).parent for row in rows} == {out}
    assert [Path(row["file"]).name for row in rows] == ["01-.._.._外面.jpg", "02-a_b_c_.jpg", "03-身份证.jpg"]
    assert [row["name"] for row in rows] == list(names)
    assert [file.name for file in tmp_path.iterdir()] == ["new"]
    assert codes(agent("scan", "get", "nothing", "--out", str(out))[1]) == ["no-case"]


def test_a_scan_that_has_not_arrived_is_named_and_the_others_are_written(
    village_home: StationPaths,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with signed_in(village_home, AGENT) as workplace:
        here = scans.attach_bytes(workplace, "身份证.jpg", JPEG)
    number = told(village_home, ABSENT, here)
    monkeypatch.setenv("STATIONAPP_PASSWORD", PASSWORDS[AGENT])
    line = ["--home", str(village_home.home), "--as", AGENT, "scan", "get", number, "--out", str(tmp_path)]
    assert main(line) == 3
    rows = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["file"] is None) for row in rows] == [
        ("还在路上.jpg", True),
        ("身份证.jpg", False),
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["02-身份证.jpg"]
    with signed_in(village_home, AGENT) as workplace, workplace.store.write() as unit:
        unit.attachments.unwant(ABSENT.sha256)


def test_a_refused_act_is_listed_until_it_is_settled(agent: Run, village_home: StationPaths) -> None:
    number = told(village_home)
    with signed_in(village_home, AGENT) as workplace, workplace.store.write() as unit:
        device = workplace.identity.device
        seq = max(row.envelope.seq for row in unit.events.of_case(str(unit.cases.by_number(number))))
        no = Reason("not-holder", "办件已由镇便民服务中心签收。")
        assert unit.events.apply_verdict(device, seq, Result.REFUSED, 0, "", [no])
    code, rows = agent("trouble", "list")
    row = next(row for row in rows if row["receipt_number"] == number)
    assert (code, row["move"], row["reasons"]) == (0, "材料不齐一次告知", ["办件已由镇便民服务中心签收。"])
    assert set(row) == {"event_id", "receipt_number", "move", "at", "reasons"}
    line = ("trouble", "settle", row["event_id"], "--note")
    assert codes(agent(*line, "  ")[1]) == ["no-note"]
    assert agent(*line, "已与镇里核对。") == (0, {"event_id": row["event_id"], "left": len(rows) - 1})
    assert row["event_id"] not in {other["event_id"] for other in agent("trouble", "list")[1]}
    assert codes(agent(*line, "再处理一次")[1]) == ["no-trouble"]


def test_drafts_are_listed_with_the_case_they_complete(agent: Run, village_home: StationPaths) -> None:
    number = told(village_home)
    with signed_in(village_home, AGENT) as workplace:
        new = fresh(workplace, "张𡋾")
        with workplace.store.read() as unit:
            record = unit.cases.get(str(unit.cases.by_number(number)))
        assert record is not None
        completing = intake.draft_of(record.case)
        for draft in (new, completing):
            intake.save_draft(workplace, draft)
    code, rows = agent("draft", "list")
    assert code == 0
    assert all(set(row) == {"draft_id", "at", "item", "applicant", "completes"} for row in rows)
    found = {row["draft_id"]: (row["item"], row["applicant"], row["completes"]) for row in rows}
    assert found[new.draft_id] == ("临时救助", "张𡋾", "")
    assert found[completing.draft_id] == ("临时救助", "㛃", number)


def test_what_was_mended_is_told_beside_the_answer(
    village_home: StationPaths, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    village_home.vault.write_bytes(b"{")
    monkeypatch.setenv("STATIONAPP_PASSWORD", PASSWORDS[AGENT])
    line = ["--home", str(village_home.home), "--as", AGENT, "draft", "list"]
    assert main(line) == 0
    printed = capsys.readouterr()
    assert isinstance(json.loads(printed.out), list)
    assert "备份副本" in json.loads(printed.err)["notice"]
    assert main(line) == 0
    assert capsys.readouterr().err == ""
