"""The words of the windows in one place. Names of states are the domain's."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from stationapp.services.held_back import Blocked
    from stationapp.services.synchronise import SyncPicture

PRODUCT = "便民服务站办件系统"
NEVER = "尚未"


class Tone(StrEnum):
    """What a colour says; `ui/style.py` has the colours. Red is kept for what is overdue or was refused."""

    PLAIN = "plain"
    QUIET = "quiet"
    ACTIVE = "active"
    GOOD = "good"
    WARN = "warn"
    RED = "red"


def moment_text(moment: datetime | None, now: datetime | None = None) -> str:
    """`2026-11-20 09:12`, only `09:12` when it is the day of `now`, 尚未 for None."""
    if moment is None:
        return NEVER
    if now is not None and moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d %H:%M}"


def short_moment_text(moment: datetime, today: date) -> str:
    """`11-20 09:12` in the present year, only the day in another: for narrow columns."""
    return f"{moment:%m-%d %H:%M}" if moment.year == today.year else f"{moment:%Y-%m-%d}"


def day_text(day: date | None) -> str:
    """`2026-11-20`, or nothing."""
    return day.isoformat() if day is not None else ""


def due_words(due: date | None, today: date, *, provisional: bool = False) -> tuple[str, Tone]:
    """How far off a due day is, in calendar days: overdue red, up to three days a warning.

    `provisional` marks a day that a later calendar may still move (暂定).
    """
    if due is None:
        return "", Tone.QUIET
    days = (due - today).days
    mark = "（暂定）" if provisional else ""
    if days < 0:
        return f"{due.isoformat()} 已超期{-days}天{mark}", Tone.RED
    if days == 0:
        return f"{due.isoformat()} 今天到期{mark}", Tone.WARN
    return f"{due.isoformat()} 还有{days}天{mark}", Tone.WARN if days <= 3 else Tone.PLAIN


def only_here_words(picture: SyncPicture) -> str:
    """What exists on this PC alone: “仅存本机 3 条（最早 2026-11-20 09:12）”, or an empty text."""
    if not picture.unsent:
        return ""
    since = f"（最早 {moment_text(picture.oldest_unsent)}）" if picture.oldest_unsent else ""
    return f"仅存本机 {picture.unsent} 条{since}"


CALL_THE_COUNTY = "请打电话给县级平台管理员，说明是哪一步；处理好后自动报送，本机不用再做什么。"


def blocking_words(blocked: Blocked) -> str:
    """Which act cannot be sent: “办件 5107… 的“收件”（2026-11-20 09:12）县级平台处理不了”."""
    case = f"办件 {blocked.receipt_number} " if blocked.receipt_number else "有一件办件"
    return f"{case}的“{blocked.title}”（{moment_text(blocked.at)}）县级平台处理不了"


def size_text(size: int) -> str:
    """Bytes as people read them: “640 KB”, “2.9 MB”, “1.2 GB”."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{-(-size // 1000)} KB"
