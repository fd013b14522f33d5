"""PCs of all three levels, and their hub, are killed at random moments of the story; nothing is ever lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from together import kill_loop

KILLS = 16


def test_clients_killed_at_any_moment_of_the_story_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "")  # The loop sets it for its processes; afterwards it is as it was.
    report = kill_loop.play(tmp_path, "sqlite", KILLS, seed=20261121)
    assert report.faults == []
    assert sum(report.kills.values()) == KILLS
    assert len(report.kills) == 4, "PCs of every level and the hub"
    assert report.numbers_said > KILLS
    assert report.cases > KILLS / 2
