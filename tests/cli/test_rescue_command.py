"""`stationapp courier rescue`: a database that does not open, and what the county gets of it all the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub_in_a_process import another_number, enrolled
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.platform.single_instance import claim_home

Run = Callable[..., tuple[int, Any]]
RELIEF = "512B0003600031-510704000000-000-11511301008778298W-1-00"


def test_what_a_station_that_does_not_open_has_printed_comes_to_the_county(
    run: Run, hub: HubProcess, tmp_path: Path
) -> None:
    paths, stick, file = (
        enrolled(hub, tmp_path / "home", VILLAGE),
        tmp_path / "stick",
        tmp_path / "application.json",
    )
    stick.mkdir()
    person = {"name": "吴䶮", "document_kind": "resident_id", "document_number": another_number()}
    file.write_text(json.dumps({"item": RELIEF, "applicant": person, "materials": []}), "utf-8")
    number = run(paths.home, AGENT, "case", "open", str(file), "--note-missing")[1]["receipt_number"]
    content = paths.database.read_bytes()
    paths.database.write_bytes(content[:-4096])
    code, told = run(paths.home, AGENT, "sync")
    assert (code, "损坏" in told["unavailable"]) == (3, True)
    with claim_home(paths.lock):
        assert run(paths.home, AGENT, "courier", "rescue", str(stick))[0] == 3
    code, done = run(paths.home, AGENT, "courier", "rescue", str(stick))
    assert (done["saved_receipts"], code) == ([number], 0 if done["whole"] else 4)
    (taken,) = hub.ask("courier-read", str(stick))
    assert (taken["taking"], hub.known_numbers([number])) == ("taken", {number})
    assert paths.database.read_bytes() == content[:-4096]
    paths.database.write_bytes(bytes(4096) + content[4096:])
    code, told = run(paths.home, AGENT, "courier", "rescue", str(stick))
    assert (code, "无法抢救导出" in told["unavailable"]) == (3, True)
