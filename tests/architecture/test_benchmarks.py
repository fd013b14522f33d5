"""Benchmarks have goals, and their exit code says whether one was missed."""

from __future__ import annotations

import pytest

from benchmarks import bench_exchange, run, storm
from together.links.figures import Goal


@pytest.mark.parametrize(("met", "code"), [(True, 0), (False, 1)])
def test_a_missed_goal_gives_exit_code_one(
    met: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(run.PARTS, "start", lambda place: {"goals": {"the window is there": met}})
    assert run.main(["start"]) == code
    assert ("goal missed: start: the window is there" in capsys.readouterr().out) is not met


def test_every_part_of_the_benchmark_is_there() -> None:
    assert all((run.HERE / f"measure_{name}.py").exists() for name in run.PARTS)


@pytest.mark.parametrize(
    ("seconds", "megabytes", "missed"), [(3.0, 400, 0), (3.1, 400, 1), (2.9, 401, 1), (9.0, 900, 2)]
)
def test_the_storm_has_goals_of_time_and_memory(seconds: float, megabytes: int, missed: int) -> None:
    assert list(storm._goals(seconds, megabytes).values()).count(False) == missed


@pytest.mark.parametrize(("ours", "theirs", "met"), [(1.0, 1.0, True), (1.01, 1.0, False)])
def test_the_peer_is_the_measure_of_the_exchange(ours: float, theirs: float, met: bool) -> None:
    def figures(seconds: float) -> dict[str, dict[str, float]]:
        row = {"seconds": seconds, "round_trips": 1.0, "mb_up": 1.0, "mb_down": 1.0, "packed_mb": 1.0}
        return {work: dict(row) for work in ("push", "pull", "nothing new", "one change", "300 cases")}

    goals = bench_exchange.goals(figures(ours), figures(theirs))
    assert all(goal.is_met for goal in goals) is met
    assert Goal("push", "s", ours, theirs).told()["met"] is met
