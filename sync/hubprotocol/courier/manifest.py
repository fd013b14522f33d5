"""The text beside a courier file: what a person may know of it without opening it. No personal data."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds, in counts and in numbers of receipts; `lost_numbers` are those of what could not be read."""

    records: int
    cases: int
    scans: int
    receipt_numbers: Sequence[str] = ()
    lost_numbers: Sequence[str] = ()


def up_text(
    station: str, station_name: str, number: int, made_at: str, hand_to: str, contents: Contents
) -> bytes:
    """Return the text beside a file for the hub."""
    lines = [
        "便民服务站 U盘转送文件（站点 → 县级平台）",
        "",
        f"写出站点：{station_name}（{station}）",
        f"本机第 {number} 号文件，写出时间：{made_at}",
        f"内有：办件 {contents.cases} 件，办理记录 {contents.records} 条，扫描件 {contents.scans} 个",
        f"请把U盘交到：{hand_to}",
        "",
        "收件号：",
        *(
            [f"  {number}" for number in contents.receipt_numbers]
            or ["  （没有未送出的办件，只取回执和新办件）"]
        ),
        *_lost(contents.lost_numbers),
        "",
        "密封文件已加密，只有县级平台能打开。请不要改名、改动或删除。",
        "站点在读到县级平台的回执之前，办件仍算“只在本机”。",
    ]
    return encode(lines)


def _lost(numbers: Sequence[str]) -> Sequence[str]:
    if not numbers:
        return ()
    said = "有记录读不出来、没有写进文件的收件号（请按纸质收件凭证核对）："
    return ("", said, *(f"  {number}" for number in numbers))


def down_text(station: str, station_name: str, number: int, made_at: str, results: Sequence[str]) -> bytes:
    """Return the text beside an answer for a station; `results` says what became of each of its files."""
    lines = [
        "便民服务站 U盘转送回执（县级平台 → 站点）",
        "",
        f"写给站点：{station_name}（{station}）",
        f"第 {number} 号回执，写出时间：{made_at}",
        "请把U盘拿回该站点，在程序中选择“从U盘读取”。",
        "",
        "各文件的结果：",
        *([f"  {line}" for line in results] or ["  （没有新文件）"]),
        "",
        "密封文件已加密，只有该站点的电脑能打开。请不要改名、改动或删除。",
    ]
    return encode(lines)


def encode(lines: Sequence[str]) -> bytes:
    """Return lines as Windows Notepad reads them: UTF-8 with its mark, CR LF."""
    return codecs.BOM_UTF8 + "".join(f"{line}\r\n" for line in lines).encode()


def digest(text: bytes) -> str:
    """Return what a header says of its text."""
    return hashlib.sha256(text).hexdigest()
