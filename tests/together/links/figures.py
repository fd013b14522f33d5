"""What single pieces of work take on a village's line, against what they may take; medians of several runs.

python -m together.links.figures [--runs N] [--sender bbr] [--proxy]     (with tests, src and sync on the path)
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hub_world import quick_folder
from together.links.county import prepare
from together.links.line import Line
from together.links.trial import Way, tried

VILLAGE_LINE = Line(256_000, 0.6, loss=0.05)
STEADY_LINE = Line(256_000, 0.2)
CASES, SCAN_BYTES = 300, 1_200_000
DARK_FROM_S, DARK_FOR_S = 20.0, 25.0
_PACKET = 1500 / 1448  # What TCP and IP add to the bytes they carry.

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """What was reached in a piece of work, and what it may be at most."""

    work: str
    unit: str
    reached: float
    most: float

    def told(self) -> Row:
        """As it is printed; `share` above 1 says by how much the goal was missed."""
        share = self.reached / self.most
        return {
            "work": self.work,
            "unit": self.unit,
            "reached": round(self.reached, 3),
            "allowed": round(self.most, 3),
            "share": round(share, 3),
            "met": share <= 1,
        }


def village(prepared: Path, proxy: bool, sender: str, seed: int) -> tuple[str, dict[str, Row]]:
    """Nothing new, one change and some hundreds of cases, by a village that is in touch."""
    with tried("village line", Way(VILLAGE_LINE, seed, proxy, sender), prepared) as (trial, start):
        with start("village") as pc:
            trial.sync(pc, "first contact")
            for phase, cases in (("nothing new", 0), ("one change", 1), ("300 cases", CASES)):
                pc.do("fill", cases)
                packed = pc.do("weigh")["packed"]
                trial.sync(pc, phase)["packed"] = packed
        return trial.report.road, trial.report.phases


def outage(prepared: Path, proxy: bool, sender: str, seed: int) -> tuple[str, dict[str, Row]]:
    """One large scan, with the line dead for a while in the middle."""
    with tried("outage", Way(STEADY_LINE, seed, proxy, sender), prepared) as (trial, start):
        with start("village") as pc:
            trial.sync(pc, "first contact")
            pc.do("scans", SCAN_BYTES)
            trial.road.cut(DARK_FROM_S, DARK_FOR_S)
            trial.sync(pc, "scan over an outage")
        return trial.report.road, trial.report.phases


def goals(rows: Mapping[str, Row]) -> Iterator[Goal]:
    """Each goal and what was reached."""
    for work in ("nothing new", "one change"):
        yield Goal(work, "round trips on the line", rows[work]["round_trips"], 1)
    few = rows["300 cases"]
    floor = VILLAGE_LINE.seconds(few["packed"]) + 2 * VILLAGE_LINE.round_trip_s
    yield Goal(
        "300 cases",
        "s: 1.3 × (all envelopes compressed once, at line rate + 2 round trips)",
        few["seconds"],
        1.3 * floor,
    )
    scan, whole = rows["scan over an outage"], SCAN_BYTES * _PACKET
    ideal = STEADY_LINE.seconds(round(whole)) + DARK_FOR_S
    yield Goal(
        "scan over an outage", "s: 1.1 × (packets at line rate + outage)", scan["seconds"], 1.1 * ideal
    )
    yield Goal("scan over an outage", "bytes on the line: 1.1 × its packets", scan["wire_up"], 1.1 * whole)


def medians(runs: Sequence[Mapping[str, Row]]) -> dict[str, Row]:
    """The median of each number over all runs."""
    return {
        work: {
            name: statistics.median(run[work][name] for run in runs)
            for name, value in row.items()
            if isinstance(value, (int, float))
        }
        for work, row in runs[0].items()
    }


def main(words: Sequence[str]) -> int:
    """Measure and print one JSON document; the exit code says whether every goal was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--proxy", action="store_true", help="the TCP fault proxy, as where namespaces are refused"
    )
    parser.add_argument(
        "--sender", default="cubic", help="how the PCs' TCP sends: cubic as on Windows, bbr, reno"
    )
    options = parser.parse_args(words)
    with quick_folder() as folder, ThreadPoolExecutor(4) as pool:
        prepared, seeds = prepare(folder), range(1, options.runs + 1)
        work = [
            list(pool.map(partial(one, prepared, options.proxy, options.sender), seeds))
            for one in (village, outage)
        ]
    rows = {name: row for runs in work for name, row in medians([run for _, run in runs]).items()}
    told = [goal.told() for goal in goals(rows)]
    document = {
        "road": work[0][0][0],
        "runs": options.runs,
        "sender": options.sender,
        "goals": told,
        "medians": rows,
    }
    print(json.dumps(document, ensure_ascii=False, indent=1))
    return 0 if all(goal["met"] for goal in told) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
