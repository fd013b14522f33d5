"""What the wizards say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from stationapp.ui.words import Tone

if TYPE_CHECKING:
    from stationapp.services.courier import Finding, Preview, StickRead, Waiting, Written

_MEGA = 1_000_000
_MOST_NAMED = 5

_KINDS = {
    "answer": "县级平台给本站的回执",
    "own": "本站写出的文件",
    "others-answer": "县级平台给别站的回执",
    "others": "别站写出的文件",
    "unreadable": "读不了的文件",
}
NOTHING_LOST_BY_WRITING = "本机的办件都在，没有丢失。"
NOTHING_LOST_BY_READING = "本机的办件没有丢失；已经读进来的也在，处理好后再读一次即可，不会重复。"
_RESULTS = {
    "taken": ("已采用", Tone.GOOD),
    "old": ("没有新内容", Tone.QUIET),
    "waiting": ("还在路上", Tone.WARN),
    "carried": ("已代送", Tone.GOOD),
    "not-ours": ("不是本站的", Tone.WARN),
    "refused": ("没有采用", Tone.RED),
}


def contents_words(preview: Preview) -> str:
    """Say what will be written."""
    if not preview.records and not preview.scans:
        return "本站没有未送出的内容。仍可写一份，用来取回执和县级平台发来的新办件。"
    parts = [f"办件 {preview.cases} 件", f"办理记录 {preview.records} 条", f"扫描件 {preview.scans} 个"]
    words = f"将写入：{'，'.join(parts)}，约 {max(1, round(preview.size / _MEGA))} MB。内容会加密，只有县级平台能打开。"
    more = f"记录太多，一份文件装不下：写完这一份，还有 {preview.left} 条要接着写下一份。"
    return f"{words}{more}" if preview.left else words


def waiting_words(waiting: Sequence[Waiting]) -> str:
    """Say which files are on their way, empty for none."""
    if not waiting:
        return ""
    named = "、".join(f"第{one.number}号（{one.at:%m月%d日 %H:%M}）" for one in waiting[-_MOST_NAMED:])
    more = f"等 {len(waiting)} 份" if len(waiting) > _MOST_NAMED else ""
    return f"以前写出、还没有读到回执的U盘文件：{named}{more}。"


def written_words(done: Written) -> str:
    """Say what lies on the stick."""
    count = len(done.file.parts)
    split = f"，分为 {count} 块" if count > 1 else ""
    scans = len(done.parcel.attachments) - len(done.skipped)
    held = f"办件 {done.parcel.cases} 件，办理记录 {len(done.parcel.envelopes)} 条，扫描件 {scans} 个"
    others = f"另带上别的站点托本站转送的文件 {done.others} 份。" if done.others else ""
    return f"第 {done.number} 号文件{split}：{held}。写完后又从U盘读出核对过，内容一致。{others}"


def written_headline(done: Written) -> tuple[str, Tone]:
    """Say in a line that it is done, or what is still to do."""
    if done.parcel.left:
        return f"这一份已写好；还有 {done.parcel.left} 条记录没有写", Tone.WARN
    return "已写好，并已读回核对", Tone.WARN if done.skipped else Tone.GOOD


def left_words(left: int) -> str:
    """Say how to go on when one file does not hold everything."""
    return (
        f"一份文件装不下全部记录，还有 {left} 条没有写，都在本机，没有丢失。"
        "请按“接着写下一份”，写在同一个U盘上就行，直到写完，再把U盘送去。"
    )


def next_words(done: Written) -> str:
    """Say what to do with the stick."""
    lines = [
        f"请把U盘交到：{done.parcel.hand_to}。拔U盘以前，请先在电脑上“弹出”。",
        "U盘带回来后，请在这里选“从U盘读取”。在读到回执以前，这些办件仍显示“仅存本机”，请不要重装或更换电脑。",
    ]
    if done.skipped:
        lines.append(
            f"有 {len(done.skipped)} 个扫描件在本机已读不出，没有写入，请重新扫描：{'、'.join(done.skipped)}"
        )
    return "\n".join(lines)


def read_headline(done: StickRead) -> tuple[str, Tone]:
    """Say in a line what a stick brought."""
    if not done.findings:
        return "U盘上没有找到转送文件", Tone.WARN
    if any(one.answer is not None and one.answer.locked for one in done.findings):
        return "县级平台已锁定本机，不能再办理", Tone.RED
    if any(one.result == "refused" or _is_not_taken(one) for one in done.findings):
        got = f"县级平台已收到本机 {done.settled} 条办理记录；另" if done.settled else ""
        return f"{got}有文件没有采用，请看下面的说明", Tone.RED
    if any(one.code == "write-anew" or (one.answer and one.answer.lost) for one in done.findings):
        return "县级平台缺少本机以前送到过的记录，请现在重新写一份送去", Tone.WARN
    if done.settled:
        return f"县级平台已收到本机 {done.settled} 条办理记录", Tone.GOOD
    return next((said for matches, said in _HEADLINES if any(map(matches, done.findings))), _NO_NEWS)


def _is_not_taken(one: Finding) -> bool:
    """Whether an answer says that the hub refused a file."""
    return one.answer is not None and any(report.taking == "refused" for report in one.answer.reports)


_HEADLINES: tuple[tuple[Callable[[Finding], bool], tuple[str, Tone]], ...] = (
    (
        lambda one: (one.kind, one.result) == ("others", "waiting"),
        ("别的站点的文件还没有送到县级平台", Tone.WARN),
    ),
    (lambda one: one.result in ("taken", "carried"), ("读取完成", Tone.GOOD)),
    (lambda one: (one.kind, one.result) == ("own", "waiting"), ("U盘上还没有县级平台的回执", Tone.WARN)),
    (lambda one: one.result == "not-ours", ("这个U盘是别的站点的", Tone.WARN)),
)
_NO_NEWS = ("读取完成，没有新内容", Tone.QUIET)


def read_explanation(done: StickRead) -> str:
    """Say what to do when nothing was found."""
    if done.findings:
        return "U盘上的文件都原样保留，可以再读；重复读取不会重复登记。"
    return "请确认插的是写过转送文件的U盘，并选择U盘本身，或其中名为 COURIER 的文件夹。"


def finding_title(one: Finding) -> str:
    """Name a file."""
    number = f"第 {one.number} 号" if one.number else ""
    return f"{_KINDS[one.kind]}{'　' if number else ''}{number}　{one.name}"


def finding_result(one: Finding) -> tuple[str, Tone]:
    """Say in a word what became of a file."""
    if _is_not_taken(one) or one.code == "not-taken":
        return "县级平台没有收下", Tone.RED
    if one.code == "write-anew":
        return "请重新写一份", Tone.WARN
    if (one.kind, one.result, one.code) == ("own", "old", ""):
        return "县级平台已收下", Tone.GOOD
    return _RESULTS[one.result]


def finding_advice(one: Finding) -> str:
    """Say of a file that was not used whether anything is lost, and what to do now; empty for any other."""
    if _is_not_taken(one):
        return _SAFE
    if one.result != "refused":
        return ""
    if one.code in _SAYS_WHAT_TO_DO:
        return _SAFE
    is_answer = one.name.upper().startswith("D")
    if one.kind == "own" or (one.kind == "unreadable" and one.station and not is_answer):
        return _WRITE_AGAIN
    return _FETCH_AGAIN if one.kind == "answer" or (is_answer and one.station) else _TELL_OTHERS


_SAFE = "本机的办件没有变动，也没有丢失。"
_WRITE_AGAIN = f"{_SAFE}现在请在这里用“写到U盘”重新写一份，再送去。"
_FETCH_AGAIN = f"{_SAFE}现在请用“写到U盘”再写一份送去取新的回执，或者联网同步。"
_TELL_OTHERS = f"{_SAFE}请告诉写出这个文件的站点重新写一份，那边的办件也没有丢失。"
# Their own sentences say what has to be done first.
_SAYS_WHAT_TO_DO = frozenset({"newer-format", "former-key", "wrong-addressee", "fork", "not-taken"})
