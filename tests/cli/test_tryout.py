"""Trying it out on a machine without a display, and again in the same folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import signed_in
from stationapp.cli import main
from stationapp.demo import story, tryout
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT
from stationapp.platform.paths import StationPaths
from stationapp.services import intake
from stationapp.services.catalogue import find_items


@pytest.fixture
def one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """The story with one case: how it ends with more, its own tests show."""
    play = story.play
    monkeypatch.setattr(story, "play", lambda **named: play(**{**named, "cases": 1}))


def tried_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, dict[str, Any]]:
    """Run the command; returns what it said and the report it left."""
    assert main(["tryout", "--dir", str(folder)]) == 0
    said = capsys.readouterr().out
    report: dict[str, Any] = json.loads((folder / "story" / "report.json").read_text("utf-8"))
    return said, report


@pytest.mark.usefixtures("one_case")
def test_without_a_display_the_story_is_played_and_may_be_played_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = []
    for _ in range(2):
        said, report = tried_out(tmp_path, capsys)
        assert "已在后台演示 1 件：全部办结，三级一致" in said
        assert (report["cases"], report["lost"], report["differences"]) == (1, 0, [])
        papers = list((tmp_path / "story" / "papers").rglob("*.pdf"))
        assert len(papers) == report["papers"] > 0
        assert str(tmp_path / "story" / "papers") in said
        assert list((tmp_path / "story" / "screens").rglob("*.png"))
        numbers.append(report["papers"])
    assert numbers[0] == numbers[1]


def test_the_stations_of_a_try_stay_for_next_time(tmp_path: Path) -> None:
    village = StationPaths.at(tmp_path / "homes" / "village")
    with HubProcess(tmp_path / "hub") as hub, hub.at_hand():
        tryout._prepare(hub, tmp_path)
        with signed_in(village, AGENT) as workplace:
            item = next(row.item for row in find_items(workplace, "临时救助") if not row.closed)
            draft = intake.new_draft(workplace, item)
            intake.save_draft(workplace, draft)
    devices = ""
    for _ in range(2):
        with HubProcess(tmp_path / "hub") as hub, hub.at_hand():
            tryout._prepare(hub, tmp_path)
            (stats,) = hub.ask("stats")
            assert devices in ("", str(stats["devices"]))
            devices = str(stats["devices"])
        with signed_in(village, AGENT) as workplace:
            assert [row.draft_id for row in intake.drafts(workplace)] == [draft.draft_id]
