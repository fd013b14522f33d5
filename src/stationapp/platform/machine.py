"""What can be said about this machine: free disk, versions, how far its clock is off.

What is seldom asked is imported when it is asked: this module is loaded before the sign-in window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from stationapp.platform.atomic_files import disk_trouble

WARN_FREE_BYTES = 2 * 1024**3
BAD_FREE_BYTES = 300 * 1024**2
WARN_DRIFT = timedelta(minutes=2)
BAD_DRIFT = timedelta(minutes=30)
_DISTRIBUTION = "stationapp"
_PARTS = (
    "PySide6_Essentials",
    "sqlmodel",
    "SQLAlchemy",
    "sqlcipher3",
    "httpx",
    "reportlab",
    "PyNaCl",
    "keyring",
)
_UNITS = ((86400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒"))


class Health(StrEnum):
    """How a reading stands: fine, worth a warning, or needing somebody now."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """Room on the disk that holds a folder, in bytes."""

    free_bytes: int
    total_bytes: int
    health: Health
    text: str


@dataclass(frozen=True, slots=True)
class ClockDrift:
    """Station time minus hub time in seconds: positive when the station is fast."""

    seconds: int
    health: Health
    text: str


def disk_space(folder: Path) -> DiskSpace:
    """How much room is left beside `folder`. Raises Unavailable when the disk is gone."""
    import shutil

    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        raise disk_trouble(error) from error
    return judge_disk(usage.free, usage.total)


def judge_disk(free_bytes: int, total_bytes: int) -> DiskSpace:
    """Below 2 GiB a warning, below 300 MiB bad: a day's scans would no longer fit."""
    size = f"{free_bytes / 1024**3:.1f} GB" if free_bytes >= 1024**3 else f"{free_bytes // 1024**2} MB"
    if free_bytes < BAD_FREE_BYTES:
        return DiskSpace(
            free_bytes, total_bytes, Health.BAD, f"磁盘只剩 {size}，请立即清理，否则无法继续收件。"
        )
    if free_bytes < WARN_FREE_BYTES:
        return DiskSpace(free_bytes, total_bytes, Health.WARN, f"磁盘只剩 {size}，请尽快清理。")
    return DiskSpace(free_bytes, total_bytes, Health.OK, f"磁盘剩余 {size}。")


def clock_drift(hub_time: datetime, station_time: datetime) -> ClockDrift:
    """Compare two aware moments taken together; up to 2 minutes is fine, from 30 minutes on bad."""
    drift = station_time - hub_time
    seconds = int(drift.total_seconds())
    if abs(drift) <= WARN_DRIFT:
        return ClockDrift(seconds, Health.OK, "本机时间与县级平台一致。")
    which_way = "快" if seconds > 0 else "慢"
    text = f"本机时间比县级平台{which_way}了约{_span(abs(seconds))}，请校准电脑时间。"
    if abs(drift) < BAD_DRIFT:
        return ClockDrift(seconds, Health.WARN, text)
    return ClockDrift(seconds, Health.BAD, text + "办件日期和时限可能因此出错。")


def app_version() -> str:
    """The installed version, or `0+source` when run from a source tree that nobody installed."""
    return _version(_DISTRIBUTION) or "0+source"


def part_versions() -> dict[str, str]:
    """Versions of the parts a fault may come from; a part not found in the bundle is left out."""
    found = {name: _version(name) for name in _PARTS}
    return {name: version for name, version in found.items() if version is not None}


def platform_text() -> str:
    """Operating system, processor kind and Python; never the machine's or the user's name."""
    import platform

    system = _linux_name() or f"{platform.system()} {platform.release()}"
    return f"{system} · {platform.machine()} · Python {platform.python_version()}"


def _linux_name() -> str | None:
    import platform

    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME")
    except OSError:  # Windows and very old distributions have no such file.
        return None


def _version(distribution: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _span(seconds: int) -> str:
    size, unit = next((size, unit) for size, unit in _UNITS if seconds >= size)
    return f"{seconds // size}{unit}"
