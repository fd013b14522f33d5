"""What the machine says of itself, judged at the limits."""

from __future__ import annotations

import getpass
import platform
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from stationapp.platform.clock import CHINA
from stationapp.platform.machine import (
    BAD_FREE_BYTES,
    WARN_FREE_BYTES,
    Health,
    app_version,
    clock_drift,
    disk_space,
    judge_disk,
    part_versions,
    platform_text,
)
from stationapp.platform.unavailable import Unavailable

HUB = datetime(2026, 11, 21, 12, 0, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("drift", "health", "words"),
    [
        (timedelta(0), Health.OK, "一致"),
        (timedelta(minutes=2), Health.OK, "一致"),
        (timedelta(minutes=2, seconds=1), Health.WARN, "快了约2分钟"),
        (-timedelta(minutes=29), Health.WARN, "慢了约29分钟"),
        (timedelta(minutes=30), Health.BAD, "快了约30分钟"),
        (-timedelta(hours=5, minutes=59), Health.BAD, "慢了约5小时"),
        (timedelta(days=3650), Health.BAD, "快了约3650天"),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_off(drift: timedelta, health: Health, words: str) -> None:
    judged = clock_drift(HUB, HUB + drift)
    assert judged.health is health
    assert judged.seconds == drift.total_seconds()
    assert words in judged.text


@pytest.mark.parametrize(
    ("free", "health", "words"),
    [
        (BAD_FREE_BYTES - 1, Health.BAD, "299 MB"),
        (BAD_FREE_BYTES, Health.WARN, "300 MB"),
        (WARN_FREE_BYTES - 1, Health.WARN, "2.0 GB"),
        (WARN_FREE_BYTES, Health.OK, "2.0 GB"),
    ],
)
def test_a_disk_is_judged_by_what_still_fits(free: int, health: Health, words: str) -> None:
    judged = judge_disk(free, 10 * WARN_FREE_BYTES)
    assert judged.health is health
    assert words in judged.text


def test_the_disk_of_a_folder_is_measured_and_a_gone_one_is_unavailable(tmp_path: Path) -> None:
    space = disk_space(tmp_path)
    assert 0 <= space.free_bytes <= space.total_bytes
    with pytest.raises(Unavailable, match="拔出"):
        disk_space(tmp_path / "gone")


def test_versions_name_parts_and_no_person() -> None:
    assert app_version().isascii()
    assert {"SQLAlchemy", "PyNaCl"} <= part_versions().keys()
    assert platform.python_version() in platform_text()
    assert platform.node() not in platform_text()
    assert f" {getpass.getuser()} " not in platform_text()
