"""Trying it out: an embedded hub, three enrolled stations that stay for next time, and the window to choose
one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import COUNTY, TOWNSHIP, VILLAGE, demonstration_passwords
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths, default_home
from stationapp.services.enrolment import enrol_station
from stationapp.services.hub_address import set_hub_address
from stationapp.services.roster import read_roster

_STATIONS = {"village": VILLAGE, "township": TOWNSHIP, "county": COUNTY}


def try_out(folder: Path | None = None) -> int:
    """Open the demonstration county; without a display play the story and say where its papers are."""
    place = (folder or default_home().with_name("stationapp-tryout")).resolve()
    place.mkdir(parents=True, exist_ok=True)
    return _with_windows(place) if has_display() else _offscreen(place)


def has_display() -> bool:
    """Tell whether a window can be seen: a desktop, and not Qt's offscreen platform."""
    if os.environ.get("QT_QPA_PLATFORM") in {"offscreen", "minimal"}:
        return False
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _with_windows(place: Path) -> int:
    with HubProcess(place / "hub") as hub:
        with hub.at_hand():
            _prepare(hub, place)
        from stationapp.ui.chooser import choose_station

        homes = {name: place / "homes" / name for name in _STATIONS}
        return choose_station(homes, demonstration_passwords())


def _prepare(hub: HubProcess, place: Path) -> None:
    """Make hub and stations the first time; afterwards only tell the stations where the hub listens today."""
    if hub.is_initialised:
        hub.ask("upgrade")  # The folder may be of an older version of this program.
    else:
        hub.initialise()
    hub.serve()
    clock, address = SystemClock(), f"http://127.0.0.1:{hub.port}"
    for name, code in _STATIONS.items():
        paths = StationPaths.at(place / "homes" / name)
        if read_roster(paths.home) is None:
            enrol_station(paths, clock, address, hub.enrolment_code(code))
        set_hub_address(paths, address)


def _offscreen(place: Path) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from stationapp.demo.story import play

    out = place / "story"
    out.mkdir(parents=True, exist_ok=True)
    report = play(out=out, cases=5)
    verdict = "全部办结，三级一致" if report.went_well else "发现问题，见 report.json"
    sys.stdout.write(
        f"没有图形界面，已在后台演示 {report.cases} 件：{verdict}。\n"
        f"文书 {report.papers} 份：{out / 'papers'}\n界面截图：{out / 'screens'}\n"
        f"报告：{out / 'report.json'}\n"
    )
    return 0 if report.went_well else 4
