"""What is said of the sync, on the page and in the strip: nothing better than what is known now.

Agreement is green only while nothing waits on this PC and the newest attempt reached the county platform; an
earlier agreement is told with its time, as something that was. Whoever was not reached in this session was not
reached: no line says 正常 then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stationapp.services.mailboxes import MailboxState
from stationapp.services.synchronise import SyncPicture
from stationapp.ui.words import Tone, moment_text, only_here_words

NOTHING = "无"
OUT_OF_REACH = "联系不上县级平台，不影响办件"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the page."""

    title: str
    text: str
    tone: Tone = Tone.PLAIN


def is_in_touch(seen: SyncPicture) -> bool:
    """Whether the county platform answered in this session and the newest attempt did not fail."""
    return seen.last_contact is not None and not seen.problem


def holds_now(seen: SyncPicture) -> bool:
    """Whether an agreement may be told as one of now."""
    waiting = seen.only_here_events or seen.attachments_waiting or seen.held
    return seen.agreed and seen.agreed_at is not None and is_in_touch(seen) and not waiting


def strip_words(seen: SyncPicture, now: datetime) -> tuple[str, Tone]:
    """The line at the bottom: what waits, the agreement with its time, and whether the platform answers."""
    waiting = _waiting(seen)
    text = "　".join([*waiting, _agreement(seen, now), _reach(seen, now)])
    if seen.refused:
        return text, Tone.RED
    if waiting or seen.problem:
        return text, Tone.WARN
    return text, Tone.GOOD if holds_now(seen) else Tone.PLAIN


def verdict(seen: SyncPicture) -> tuple[str, str, Tone]:
    """Whether the PC may be switched off, whether it may be carried away, and in which tone that is said.

    Switching off is always safe: every act is on the disk. Carrying away or replacing is not, while something
    exists on this PC alone or nobody has confirmed that the county holds the same.
    """
    if seen.only_here_events or seen.attachments_waiting:
        words = "，".join(part for part in (only_here_words(seen), _attachments(seen)) if part)
        return (
            "可以关机；先不要重装、更换或丢失这台电脑",
            f"{words}，县级平台还没有收到。记录都已保存在本机硬盘，联网后自动报送。",
            Tone.WARN,
        )
    if holds_now(seen):
        return (
            "可以放心关机或带走电脑",
            f"本机的记录县级平台都有，双方核对一致（{moment_text(seen.agreed_at)}）。",
            Tone.GOOD,
        )
    if seen.agreed:
        return (
            "可以关机或带走电脑；现在没有与县级平台联系上",
            f"上次核对一致 {moment_text(seen.agreed_at)}，此后本机没有新记录。"
            "县里或别处的新情况，联系上以后才会到本机。",
            Tone.PLAIN,
        )
    return (
        "可以关机；与县级平台尚未核对一致",
        "本机没有未报送的记录，但还没有与县级平台逐项核对。联网后会自动核对。",
        Tone.PLAIN,
    )


def facts(seen: SyncPicture, now: datetime) -> list[Fact]:
    """The lines of the page, from the most to the least important."""
    return [
        Fact("仅存本机", _only_here(seen), Tone.WARN if seen.only_here_events else Tone.GOOD),
        Fact("最早一条", moment_text(seen.oldest) if seen.oldest else NOTHING),
        Fact(
            "待上传附件",
            _attachments(seen) or NOTHING,
            Tone.WARN if seen.attachments_waiting else Tone.GOOD,
        ),
        Fact("县级平台暂存", _held(seen), Tone.WARN if seen.held else Tone.GOOD),
        Fact("被退回、需处理", _refused(seen), Tone.RED if seen.refused else Tone.GOOD),
        _last_contact(seen, now),
        _contact(seen),
        Fact("下次自动同步", moment_text(seen.next_attempt, now) if seen.next_attempt else "有新记录时立即"),
        Fact("本机时间", seen.drift_text or "尚未与县级平台比对"),
    ]


def mailbox_fact(row: MailboxState, seen: SyncPicture, now: datetime) -> Fact:
    """What is known of one mailbox: agreed now, agreed at the last comparison, or not agreed."""
    if not row.agreed or row.at is None:
        return Fact(row.desk_name, "尚未核对一致", Tone.WARN)
    if holds_now(seen):
        return Fact(row.desk_name, f"核对一致　{moment_text(row.at, now)}", Tone.GOOD)
    return Fact(row.desk_name, f"上次核对一致　{moment_text(row.at)}", Tone.QUIET)


def _waiting(seen: SyncPicture) -> list[str]:
    parts = (
        only_here_words(seen),
        _attachments(seen),
        f"{seen.held} 条县级平台暂存" if seen.held else "",
        f"{seen.refused} 条被退回，需处理" if seen.refused else "",
    )
    return [part for part in parts if part]


def _agreement(seen: SyncPicture, now: datetime) -> str:
    if holds_now(seen):
        return f"已与县级平台核对一致 {moment_text(seen.agreed_at, now)}"
    return f"上次核对一致 {moment_text(seen.agreed_at)}" if seen.agreed_at else "尚未核对一致"


def _reach(seen: SyncPicture, now: datetime) -> str:
    if seen.problem:
        return OUT_OF_REACH
    if seen.last_contact is not None:
        return f"{moment_text(seen.last_contact, now)} 联系正常"
    return "正在联系县级平台…" if seen.running else "尚未联系县级平台"


def _contact(seen: SyncPicture) -> Fact:
    title = "现在的联系"
    if seen.problem:
        return Fact(title, f"{OUT_OF_REACH}。{seen.problem}", Tone.WARN)
    if seen.running:
        return Fact(title, "正在联系县级平台…")
    return Fact(title, "正常", Tone.GOOD) if seen.last_contact else Fact(title, "尚未联系", Tone.QUIET)


def _last_contact(seen: SyncPicture, now: datetime) -> Fact:
    title = "最近联系上县级平台"
    if seen.last_contact is None:
        return Fact(title, "本次登录以来尚未联系上", Tone.QUIET)
    return Fact(title, moment_text(seen.last_contact, now))


def _only_here(seen: SyncPicture) -> str:
    if not seen.only_here_events:
        return NOTHING
    return f"{seen.only_here_events} 条记录，涉及 {seen.only_here_cases} 件办件"


def _attachments(seen: SyncPicture) -> str:
    return f"{seen.attachments_waiting} 个附件待上传" if seen.attachments_waiting else ""


def _held(seen: SyncPicture) -> str:
    return f"{seen.held} 条，等前面的记录或附件到齐后自动生效" if seen.held else NOTHING


def _refused(seen: SyncPicture) -> str:
    return f"{seen.refused} 条，请到“需处理”查看原因" if seen.refused else NOTHING
