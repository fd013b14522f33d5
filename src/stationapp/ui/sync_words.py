"""What is said of the sync, on the page and in the strip: nothing better than what is known now.

Agreement is green only while nothing waits on this PC and the newest attempt reached the county platform; an
earlier agreement is told with its time, as something that was. Whoever was not reached in this session was not
reached: no line says 正常 then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stationapp.platform.machine import Health
from stationapp.services.held_back import HeldBack
from stationapp.services.mailboxes import MailboxState
from stationapp.services.synchronise import Standstill, SyncPicture
from stationapp.ui.words import (
    CALL_THE_COUNTY,
    Tone,
    blocking_words,
    moment_text,
    only_here_words,
    size_text,
)

NOTHING = "无"
OUT_OF_REACH = "联系不上县级平台，不影响办件"
LOCKED = "县级平台已锁定本机，不能再办理"
STANDSTILLS = {
    Standstill.OUT_OF_REACH: OUT_OF_REACH,
    Standstill.STRANGER: "没有连上县级平台，需要检查网络或电脑时间",
    Standstill.BUSY: "县级平台繁忙，稍后自动重试，不影响办件",
    Standstill.NOT_KNOWN: "县级平台不接受本机，已停止报送",
    Standstill.FORKED: "本机像是被复制或恢复过，已停止报送",
    Standstill.TOO_OLD: "程序版本不符，已停止报送，请升级",
    Standstill.DISK: "本机硬盘写不进去，新办的存不下来",
    Standstill.DAMAGED: "本机硬盘或数据库可能已损坏，请停止办件",
    Standstill.OTHER: "同步没有完成，稍后自动重试",
}
"""What keeps the exchange from going on, in a few words; the sentence with what to do stands behind it."""
_FOR_A_PERSON = frozenset({Standstill.STRANGER, Standstill.NOT_KNOWN, Standstill.FORKED, Standstill.TOO_OLD})
_DISK = frozenset({Standstill.DISK, Standstill.DAMAGED})
_SPEAKING = frozenset({Standstill.BUSY, Standstill.NOT_KNOWN, Standstill.FORKED, Standstill.TOO_OLD})


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
    waiting = seen.only_here_events or seen.attachments_waiting or seen.held or seen.restricted
    return seen.agreed and seen.agreed_at is not None and is_in_touch(seen) and not waiting


def strip_words(seen: SyncPicture, now: datetime) -> tuple[str, Tone]:
    """The line at the bottom: what waits, the agreement with its time, and whether the platform answers."""
    waiting = _waiting(seen)
    text = "　".join([*waiting, _agreement(seen, now), _reach(seen, now)])
    if seen.refused or seen.restricted or seen.needs_enrolment or seen.blocked or seen.standstill in _DISK:
        return text, Tone.RED
    if waiting or seen.problem or seen.clock_health is Health.BAD:
        return text, Tone.WARN
    return text, Tone.GOOD if holds_now(seen) else Tone.PLAIN


def verdict(seen: SyncPicture) -> tuple[str, str, Tone]:
    """Whether the PC may be switched off, whether it may be carried away, and in which tone that is said.

    Switching off is always safe: every act is on the disk. Carrying away or replacing is not, while something
    exists on this PC alone or nobody has confirmed that the county holds the same.
    """
    if seen.restricted:
        return LOCKED, _why_locked(seen), Tone.RED
    if seen.standstill in _DISK:
        return _disk_verdict(seen)
    if seen.unsent or seen.attachments_waiting:
        return _only_here_verdict(seen)
    if seen.held:
        may = "可以关机或带走电脑" if seen.agreed else "可以关机"
        return (
            f"{may}；有办件县级平台还没有办理",
            f"本机的记录县级平台都收到了，其中 {seen.held} 条暂存在县级平台，还没有生效，没有丢失。原因见下面。",
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


def _why_locked(seen: SyncPicture) -> str:
    words = only_here_words(seen) or _attachments(seen)
    sending = f"{words}，正在送往县级平台，送完后本机退出登录。" if words else "本机的记录县级平台都收到了。"
    return f"这台电脑被县级平台登记为丢失。办件没有丢失：{sending}如电脑就在您手里，请打电话给县级平台管理员解锁。"


def _disk_verdict(seen: SyncPicture) -> tuple[str, str, Tone]:
    """What a disk that keeps nothing more means for the work: the one standstill that concerns new cases."""
    words = "，".join(part for part in (only_here_words(seen), _attachments(seen)) if part)
    if seen.standstill is Standstill.DAMAGED:
        only = f"{words}，只在这块硬盘上：" if words else ""
        return (
            "请停止办件，马上联系维护人员",
            f"{seen.problem}县级平台已经收到的记录都在县级平台。{only}请保留这块硬盘，不要重装、格式化或更换。",
            Tone.RED,
        )
    only = f"其中{words}，县级平台还没有收到，先不要重装、更换或丢失这台电脑。" if words else ""
    return (
        "可以关机；硬盘写得进去以前不要收件",
        f"{seen.problem}已经保存的办件都在，没有丢失。{only}现在新办的存不下来：没有给出收件号的就是没有收成，要重办。"
        "硬盘处理好以后自动接着同步；处理不了的，请打电话给维护人员。",
        Tone.RED,
    )


def _blocked_words(seen: SyncPicture) -> str:
    """Which act stands in the way, what waits behind it, and whom to call; empty for none."""
    if seen.blocked is None:
        return ""
    behind = max(0, seen.unsent - 1)
    waits = f"，排在它后面的 {behind} 条也送不出去" if behind else ""
    return f"{blocking_words(seen.blocked)}{waits}。{CALL_THE_COUNTY}"


def _only_here_verdict(seen: SyncPicture) -> tuple[str, str, Tone]:
    parts = (only_here_words(seen), _attachments(seen))
    words = (
        f"{'，'.join(part for part in parts if part)}，县级平台还没有收到。记录都已保存在本机硬盘，没有丢失"
    )
    head = "可以关机；先不要重装、更换或丢失这台电脑"
    if seen.needs_enrolment:
        return head, f"{words}；但现在送不出去，要先重新登记本机（见下面）。", Tone.RED
    if seen.blocked is not None:
        return head, f"{words}。但{_blocked_words(seen)}", Tone.RED
    if seen.standstill in _FOR_A_PERSON:
        return head, f"{words}。{seen.problem}", Tone.WARN
    return head, f"{words}，联网后自动报送。", Tone.WARN


def facts(seen: SyncPicture, now: datetime) -> list[Fact]:
    """The lines of the page, from the most to the least important."""
    return [
        _contact(seen),
        Fact("仅存本机", _only_here(seen), Tone.WARN if seen.unsent else Tone.GOOD),
        *([Fact(_ASK, _blocked_words(seen), Tone.RED)] if seen.blocked else []),
        *([Fact("最早一条", moment_text(seen.oldest_unsent))] if seen.oldest_unsent else []),
        Fact(
            "待上传附件",
            f"{_attachments(seen)}{_progress(seen)}" or NOTHING,
            Tone.WARN if seen.attachments_waiting else Tone.GOOD,
        ),
        *_held(seen),
        Fact("被退回、需处理", _refused(seen), Tone.RED if seen.refused else Tone.GOOD),
        *(Fact("其他情况", text, Tone.WARN) for text in seen.troubles),
        _last_contact(seen, now),
        Fact("下次自动同步", moment_text(seen.next_attempt, now) if seen.next_attempt else "有新记录时立即"),
        Fact("本机时间", seen.drift_text or "尚未与县级平台比对", _CLOCK_TONES[seen.clock_health]),
    ]


_CLOCK_TONES = {Health.OK: Tone.PLAIN, Health.WARN: Tone.WARN, Health.BAD: Tone.RED}


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
        "有一条县级平台处理不了，请打电话" if seen.blocked else "",
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
    if seen.restricted:
        return LOCKED
    if seen.problem:
        return _standstill(seen)
    if seen.clock_health is Health.BAD:
        return "本机时间不对，请校准"
    if seen.last_contact is not None:
        return f"{moment_text(seen.last_contact, now)} 联系正常"
    return "正在联系县级平台…" if seen.running else "尚未联系县级平台"


def _contact(seen: SyncPicture) -> Fact:
    title = "现在的联系"
    if seen.problem:
        tone = Tone.RED if seen.needs_enrolment else Tone.WARN
        # Those that stop everything say themselves what they are.
        before = "" if seen.standstill in _SPEAKING else f"{_standstill(seen)}。"
        return Fact(title, f"{before}{seen.problem}", tone)
    if seen.running:
        return Fact(title, "正在联系县级平台…")
    return Fact(title, "正常", Tone.GOOD) if seen.last_contact else Fact(title, "尚未联系", Tone.QUIET)


def _last_contact(seen: SyncPicture, now: datetime) -> Fact:
    title = "最近联系上县级平台"
    if seen.last_contact is None:
        return Fact(title, "本次登录以来尚未联系上", Tone.QUIET)
    return Fact(title, moment_text(seen.last_contact, now))


def _standstill(seen: SyncPicture) -> str:
    return STANDSTILLS.get(seen.standstill, OUT_OF_REACH)


def _only_here(seen: SyncPicture) -> str:
    if not seen.unsent:
        return NOTHING
    return f"{seen.unsent} 条记录，涉及 {seen.unsent_cases} 件办件"


def _attachments(seen: SyncPicture) -> str:
    return f"{seen.attachments_waiting} 个附件待上传" if seen.attachments_waiting else ""


def _progress(seen: SyncPicture) -> str:
    if not seen.attachments_waiting or not seen.attachment_bytes:
        return ""
    sent = f"，已传 {size_text(seen.attachment_bytes_sent)}" if seen.attachment_bytes_sent else ""
    return f"，共 {size_text(seen.attachment_bytes)}{sent}"


def _held(seen: SyncPicture) -> list[Fact]:
    """One line with the number, and one for each reason: it is told in the words of the hub."""
    title = "县级平台暂存"
    if not seen.held:
        return [Fact(title, NOTHING, Tone.GOOD)]
    said = Fact(title, f"{seen.held} 条，县级平台已收到、还没有生效，没有丢失", Tone.WARN)
    reasons = [
        Fact(_ASK if one.needs_somebody else "", f"{one.count} 条：{one.text}", _tone(one))
        for one in seen.held_back
    ]
    return [said, *reasons]


_ASK = "请打电话"


def _tone(one: HeldBack) -> Tone:
    return Tone.WARN if one.needs_somebody else Tone.PLAIN


def _refused(seen: SyncPicture) -> str:
    return f"{seen.refused} 条，请到“需处理”查看原因" if seen.refused else NOTHING
