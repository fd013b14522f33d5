"""One profile tried from end to end: what it took, and whether everything held."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub_world import quick_folder
from together.links.county import County, DrivenPc, Road
from together.links.fault_proxy import ProxyRoad
from together.links.line import Line
from together.links.namespaces import NotAllowed, TunRoad
from together.links.profiles import Profile

_SETTLES_S = 0.2


@dataclass(slots=True)
class Report:
    """What was measured, phase by phase, and every promise that was broken."""

    profile: str
    road: str
    refused: str  # why it is not the road that loses packets
    senders: dict[str, str]
    phases: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def expect(self, holds: bool, promise: str) -> None:
        """Note a promise that does not hold."""
        if not holds:
            self.faults.append(promise)


@dataclass(frozen=True, slots=True)
class Way:
    """How a line is made: its seed, whether by the proxy, and how the PCs' TCP sends (Windows: CUBIC)."""

    line: Line
    seed: int = 1
    proxy: bool = False
    sender: str = "cubic"


@contextmanager
def road_of(way: Way) -> Iterator[tuple[Road, str]]:
    """The road that loses packets, or, with the reason, the one that only cuts and delays."""
    refused = "as asked"
    if not way.proxy:
        try:
            road = TunRoad(way.line, way.seed, way.sender).__enter__()
        except NotAllowed as reason:
            refused = str(reason)
        else:
            try:
                yield road, ""
            finally:
                road.__exit__()
            return
    with ProxyRoad(way.line, way.seed) as other:
        yield other, refused


class Trial:
    """A hub and PCs on a road; each phase is measured by itself."""

    def __init__(self, road: Road, report: Report) -> None:
        self.road = road
        self.report = report

    def sync(self, pc: DrivenPc, phase: str) -> dict[str, Any]:
        """Let a PC exchange until both sides agree."""
        counts = self.road.begin()
        answer = pc.do("sync")
        time.sleep(_SETTLES_S)  # What is still on the line counts too.
        row = {
            "seconds": round(answer["seconds"], 2),
            "requests": answer["requests"],
            "round_trips": counts.turns,
            "wire_up": counts.bytes[0],
            "wire_down": counts.bytes[1],
            "sent_up": counts.fresh[0],
            "sent_down": counts.fresh[1],
            "packets": counts.packets,
            "lost": counts.lost,
            "problems": answer["problems"],
        }
        self.report.phases[phase] = row
        print(f"{self.report.profile}: {phase}, {row['seconds']} s", file=sys.stderr, flush=True)
        self.report.expect(answer["agreed"], f"{phase}: both sides agree")
        return row


@contextmanager
def tried(name: str, way: Way, prepared: Path) -> Iterator[tuple[Trial, Callable[[str], Any]]]:
    """A prepared county on a line, and what starts a PC by its station's name; at the end the hub is checked."""
    with quick_folder() as folder, road_of(way) as (road, refused):
        county, report = County(prepared, folder), Report(name, road.name, refused, road.senders)
        with county.serving(road) as url:
            yield Trial(road, report), lambda station: county.pc(road, station, url)
        report.expect(county.faults() == [], "the hub's own check finds nothing wrong")


def run(profile: Profile, prepared: Path, seed: int = 1, *, proxy: bool = False) -> Report:
    """Push cases and scans from the village, pull them at the township, and compare all three."""
    with tried(profile.name, Way(profile.line, seed, proxy), prepared) as (trial, pc):
        with pc("village") as village:
            _push(trial, village, profile)
            here = village.do("look")
        with pc("township") as township:
            row = trial.sync(township, "pull")
            _expect_no_repeat(trial.report, profile, "pull", row["sent_down"])
            there = township.do("look")
        _compare(trial.report, profile, here, there)
    return trial.report


def _push(trial: Trial, village: DrivenPc, profile: Profile) -> None:
    trial.sync(village, "first contact")
    _expect_one_round_trip(trial, village, "nothing new")
    village.do("fill", 1)
    _expect_one_round_trip(trial, village, "one change")
    village.do("fill", profile.cases - 1)
    trial.sync(village, "cases")
    for _ in range(profile.scans):
        village.do("scans", profile.scan_bytes)
    row = trial.sync(village, "scans")
    _expect_no_repeat(trial.report, profile, "scans", row["sent_up"])
    village.do("pass_on")
    trial.sync(village, "handed over")


def _expect_one_round_trip(trial: Trial, village: DrivenPc, phase: str) -> None:
    """One round trip on the line does it; where the line died under it, a new connection and the request add two."""
    row = trial.sync(village, phase)
    most = 1 + 2 * len(row["problems"])
    trial.report.expect(
        1 <= row["round_trips"] <= most, f"{phase}: {row['round_trips']} round trips of {most}"
    )


def _expect_no_repeat(report: Report, profile: Profile, phase: str, sent: int) -> None:
    """What arrived once is not sent again: new bytes of TCP, so that only our own repeating counts."""
    payload = profile.scans * profile.scan_bytes
    beside = 40_000 + 1_200 * profile.cases
    report.phases[phase]["sent_per_byte"] = round(sent / payload, 3)
    report.expect(sent <= profile.repeated * payload + beside, f"{phase}: {sent} bytes for {payload}")


def _compare(report: Report, profile: Profile, here: dict[str, Any], there: dict[str, Any]) -> None:
    report.phases["village"], report.phases["township"] = here, there
    whole = {"cases": profile.cases + profile.scans, "scans": profile.scans, "whole": True, "agreed": True}
    for name, found in (("village", here), ("township", there)):
        report.expect({key: found[key] for key in whole} == whole, f"{name}: everything is there")
    report.expect(here["digest"] == there["digest"], "village and township hold the same")
