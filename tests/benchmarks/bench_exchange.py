"""`make bench-exchange`: our exchange and the sync server and client of the program `anki`, on the same corpus.

The peer is installed from its package into an environment in a temporary folder, and is no part of the project. Both
sides are driven in turn; every byte passes a relay of ours, which counts. Figures are medians of several runs. The slow
works have a village's rate and delay and no loss, for both sides.

What our side does for a pushed case, and the peer does not: two signatures and a link of a chain are checked, the
table of moves judges it, it is written with its projections and mailbox entries and is on disk before the answer.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import exchange_ours
from exchange_sides import (
    PEER,
    Client,
    Server,
    Side,
    driven,
    install_peer,
    ours,
    peak_of,
    peer,
    prepare,
)
from shaped_relay import VILLAGE_LINE, Relay

CASES, FEW, FILES, FILE_BYTES = 10_000, 300, 200, 300_000
_LOSSLESS = """\
The last three works passed a relay of 256 kbit/s and 600 ms that loses NOTHING. On a line that also loses 5 % of its
packets our side is measured by `make bad-links`; the other program was not measured on such a line."""
Figures = dict[str, dict[str, float]]
Corpus = Mapping[str, Path]


class Goal(NamedTuple):
    """What was reached in a row of work, and what it may be at most."""

    work: str
    said: str
    reached: float
    most: float

    @property
    def is_met(self) -> bool:
        """Whether it is not more than it may be."""
        return self.reached <= self.most


def write_corpus(place: Path, cases: int, files: int) -> dict[str, Path]:
    """Write applications, a line each, and random files; returns where they are."""
    place.mkdir()
    chance, person, corpus = Random(2026), 0, {}
    for name, count in (("cases", cases), ("few", FEW), ("one", 1)):
        rows = [exchange_ours.applied(chance, person + number) for number in range(count)]
        person += count
        corpus[name] = place / name
        corpus[name].write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    corpus["files"] = place / "files"
    corpus["files"].mkdir()
    for number in range(files):
        (corpus["files"] / f"{number:03}.jpg").write_bytes(chance.randbytes(FILE_BYTES))
    return corpus


def measured(relay: Relay, server: Server, client: Client, phase: str) -> dict[str, float]:
    """Let a client do a phase over a relay; returns seconds, bytes, round trips and peaks of memory."""
    passed = relay.begin()
    answer = client.do(phase)
    time.sleep(0.05)  # The relay counts the last bytes a moment after they were read.
    return {
        "seconds": answer["seconds"],
        "mb_up": passed.up / 1e6,
        "mb_down": passed.down / 1e6,
        "round_trips": passed.round_trips,
        "client_mb": answer["peak_mb"],
        "hub_mb": peak_of(server),
    }


def quickly(side: Side, place: Path, corpus: Corpus, cases: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Push and pull the cases, then the attachments."""
    with (
        side.serve(place) as (port, server),
        Relay(port) as relay,
        driven(*(side.client(place / name, relay.port) for name in ("first", "second"))) as (first, second),
    ):
        side.begin(first, second)
        if not side.is_filled:
            first.do("fill", corpus["cases"])
        yield "push", measured(relay, server, first, "sync")
        yield "pull", measured(relay, server, second, "sync")
        _require(second, "count", cases)
        first.do(side.add_files, corpus["files"])
        yield "push files", measured(relay, server, first, side.exchange_files)
        yield "pull files", measured(relay, server, second, side.exchange_files)
        _require(second, "files_here", len(list(corpus["files"].iterdir())))


def slowly(side: Side, place: Path, corpus: Corpus) -> Iterator[tuple[str, dict[str, float]]]:
    """Nothing new, one case, and some hundreds at a village's rate and delay, by a client that is in touch.

    The relay loses nothing: neither side is measured here on the line that loses 5 %. Ours is by `make bad-links`.
    """
    with (
        side.serve(place) as (port, server),
        Relay(port, VILLAGE_LINE) as relay,
        driven(side.client(place / "first", relay.port)) as (client,),
    ):
        side.begin(client, None)
        client.do("sync")
        yield "nothing new", measured(relay, server, client, "sync")
        for name, lines in (("one change", "one"), ("300 cases", "few")):
            client.do("fill", corpus[lines])
            packed = client.do(side.weigh)["said"] / 1e6 if side.weigh else 0.0
            yield name, measured(relay, server, client, "sync") | {"packed_mb": packed}


def _require(client: Client, what: str, wanted: int) -> None:
    found = client.do(what)["said"]
    if found != wanted:
        raise RuntimeError(f"{what}: {found} of {wanted} arrived")


def run(side: Side, filled: Path, empty: Path, corpus: Corpus, cases: int) -> Figures:
    """One run of a side, in folders of its own."""
    figures = dict(quickly(side, filled, corpus, cases)) | dict(slowly(side, empty, corpus))
    for place in (filled, empty):
        shutil.rmtree(place)
    return figures


def medians(runs: Sequence[Figures]) -> Figures:
    """The median of each figure over all runs."""
    return {
        work: {name: statistics.median(one[work][name] for one in runs) for name in runs[0][work]}
        for work in runs[0]
    }


def goals(mine: Figures, theirs: Figures) -> list[Goal]:
    """Each goal and what was reached."""
    found = []
    for work in ("push", "pull"):
        found.append(Goal(work, "s, the peer's", mine[work]["seconds"], theirs[work]["seconds"]))
        found.append(Goal(work, "MB both ways, the peer's", _megabytes(mine[work]), _megabytes(theirs[work])))
    found += [
        Goal(work, "round trips, one", mine[work]["round_trips"], 1.0)
        for work in ("nothing new", "one change")
    ]
    few, rate = mine["300 cases"], VILLAGE_LINE.bytes_per_second or 1.0
    floor = few["packed_mb"] * 1e6 / rate + 2 * 2 * VILLAGE_LINE.delay_s
    said = "s, 1.3 × (all compressed once, at line rate + 2 round trips)"
    return [*found, Goal("300 cases", said, few["seconds"], 1.3 * floor)]


def _megabytes(row: Mapping[str, float]) -> float:
    return row["mb_up"] + row["mb_down"]


def table(mine: Figures, theirs: Figures) -> str:
    """The figures as a table, and below it each goal."""
    lines = [
        "| work | side | s | MB up | MB down | round trips | client MB | hub MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for work in mine:
        for side, row in (("ours", mine[work]), (PEER, theirs[work])):
            lines.append(
                f"| {work} | {side} | {row['seconds']:.2f} | {row['mb_up']:.3f} | {row['mb_down']:.3f} | "
                f"{row['round_trips']:.0f} | {row['client_mb']:.0f} | {row['hub_mb']:.0f} |"
            )
    lines += ["", "| work | goal, at most | reached | allowed | |", "|---|---|---|---|---|"]
    for goal in goals(mine, theirs):
        word = "met" if goal.is_met else "missed"
        lines.append(
            f"| {goal.work} | {goal.said} | {goal.reached:.2f} | {goal.most:.2f} | "
            f"{word}: {goal.reached / goal.most:.2f} × |"
        )
    return "\n".join([*lines, "", _LOSSLESS])


def main() -> int:
    """Measure and print; the exit code says whether every goal was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--peer-python", type=Path, help="a Python that has the peer already")
    options = parser.parse_args()
    mine, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="stationapp-bench-") as name:
        place = Path(name)
        other = peer(options.peer_python or install_peer(place / "environment"))
        corpus = write_corpus(place / "corpus", options.cases, options.files)
        filled, empty = prepare(place / "filled", corpus["cases"]), prepare(place / "empty", None)
        for _ in range(options.runs):
            copies = (
                shutil.copytree(filled, place / "full-copy"),
                shutil.copytree(empty, place / "empty-copy"),
            )
            mine.append(run(ours(), *copies, corpus, options.cases))
            for folder in copies:
                folder.mkdir()
            theirs.append(run(other, *copies, corpus, options.cases))
    sys.stdout.write(table(medians(mine), medians(theirs)) + "\n")
    return 0 if all(goal.is_met for goal in goals(medians(mine), medians(theirs))) else 1


if __name__ == "__main__":
    sys.exit(main())
