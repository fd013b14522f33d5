"""What the wizards say."""

from __future__ import annotations

from collections.abc import Sequence
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
    return f"将写入：{'，'.join(parts)}，约 {max(1, round(preview.size / _MEGA))} MB。内容会加密，只有县级平台能打开。"


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
    held = f"办件 {done.parcel.cases} 件，办理记录 {len(done.parcel.envelopes)} 条"
    others = f"另带上别的站点托本站转送的文件 {done.others} 份。" if done.others else ""
    return f"第 {done.number} 号文件{split}：{held}。写完后又从U盘读出核对过，内容一致。{others}"


def next_words(done: Written) -> str:
    """Say what to do with the stick."""
    lines = [
        f"请把U盘交到：{done.parcel.hand_to}。",
        "U盘带回来后，请在这里选“从U盘读取”。在读到回执以前，这些办件仍显示“只在本机”，请不要重装或更换电脑。",
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
    if any(one.result == "refused" for one in done.findings):
        return "有文件没有采用，请看下面的说明", Tone.RED
    if done.settled:
        return f"县级平台已收到本机 {done.settled} 条办理记录", Tone.GOOD
    if any(one.result in ("taken", "carried") for one in done.findings):
        return "读取完成", Tone.GOOD
    return "读取完成，没有新内容", Tone.QUIET


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
    return _RESULTS[one.result]
