"""Hub and PCs with a bad line between them; and that the line is as bad as it says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from random import Random

import pytest

from hub_world import quick_folder
from together.links.county import prepare
from together.links.line import Channel, Freshness, Line, Loss
from together.links.profiles import SHORT
from together.links.trial import run

PACKET = bytes(1250)


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    with quick_folder() as folder:
        yield prepare(folder)


def test_cases_and_scans_cross_a_line_that_loses_packets(prepared: Path) -> None:
    """Where namespaces are refused it is the proxy, and the report says why."""
    report = run(SHORT, prepared)
    assert report.faults == []
    for phase in ("nothing new", "one change"):
        row = report.phases[phase]
        assert (row["problems"], row["requests"], row["round_trips"]) == ([], 1, 1)
    assert (
        report.phases["first contact"]["round_trips"] > 1
    )  # A connection was made: more than one can be counted.
    assert bool(report.refused) == ("proxy" in report.road)


def test_cases_and_scans_cross_a_proxy_that_cuts_connections(prepared: Path) -> None:
    report = run(SHORT, prepared, seed=2, proxy=True)
    assert report.faults == []
    assert "no packet is lost" in report.road


@pytest.mark.parametrize(("share", "burst"), [(0.05, 1.0), (0.15, 3.0), (0.3, 3.0)])
def test_packets_are_lost_as_often_and_as_many_in_a_row_as_said(share: float, burst: float) -> None:
    loss = Loss(Line(1, 1, loss=share, burst=burst), Random(7))
    lost = [loss.loses() for _ in range(100_000)]
    rows = [sum(1 for _ in row) for is_lost, row in groupby(lost) if is_lost]
    assert sum(lost) / len(lost) == pytest.approx(share, rel=0.05)
    expected = burst if burst > 1 else 1 / (1 - share)
    assert sum(rows) / len(rows) == pytest.approx(expected, rel=0.05)


def test_a_line_passes_its_rate_after_its_delay_and_throws_away_what_does_not_fit() -> None:
    channel = Channel(Line(100_000, 0.6, queue_s=1.0), Random(1))
    taken = [channel.put(PACKET, 5.0) for _ in range(20)]  # Each occupies the line for a tenth of a second.
    assert taken == [True] * 11 + [False] * 9
    assert channel.due(5.39) == []
    assert channel.due(5.41) == [PACKET]
    assert len(channel.due(6.41)) == 10
    assert channel.next_at is None


def test_a_line_flaps_as_said() -> None:
    line = Line(1, 1, on_s=20, off_s=40)
    assert [line.flaps_down(age) for age in (0, 19.9, 20, 59.9, 60, 80)] == [
        False,
        False,
        True,
        True,
        False,
        True,
    ]


def test_what_tcp_repeats_is_not_fresh() -> None:
    fresh = Freshness()
    assert fresh.of(_segment(99, b"", syn=True)) == (0, 0)
    assert fresh.of(_segment(100, b"abcd")) == (4, 4)
    assert fresh.of(_segment(100, b"abcd")) == (0, 4)
    assert fresh.of(_segment(102, b"cdef")) == (2, 4)
    assert fresh.of(_segment(106, b"")) == (0, 0)
    assert fresh.of(_segment(5_000, b"", syn=True)) == (0, 0)
    assert fresh.of(_segment(5_001, b"ab")) == (2, 2)


def _segment(sequence: int, load: bytes, *, syn: bool = False) -> bytes:
    """A TCP segment over IPv4, as far as it is looked at."""
    ip = bytes([0x45, 0]) + (40 + len(load)).to_bytes(2) + bytes([0, 0, 0, 0, 64, 6, 0, 0])
    ip += bytes([10, 77, 0, 2, 10, 77, 0, 1])
    tcp = (40_000).to_bytes(2) + (443).to_bytes(2) + sequence.to_bytes(4) + bytes(4)
    return ip + tcp + bytes([0x50, 2 if syn else 16]) + bytes(6) + load
