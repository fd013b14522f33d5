"""`stationapp courier write`, `read`, `list` and `rescue`: working by USB stick where there is no network."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from hubprotocol.courier.stick import MOST_PART_BYTES
from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import credentials_of, workplace_of
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.clock import SystemClock
from stationapp.platform.single_instance import require_closed
from stationapp.services import courier
from stationapp.services import rescue as rescuing

_MEGA = 1_000_000
_NOTHING = (
    "没有找到转送文件。请指向U盘或其中的 COURIER 文件夹（放在别的文件夹里的，请指向那个文件夹）；"
    "只剩说明文件（TXT）的，密封文件已丢失，请重新写一份送去。本机的办件没有丢失。"
)


def write(options: argparse.Namespace) -> Exit:
    """Write what is unsent onto a stick as a sealed file, and read it back."""
    with workplace_of(options) as workplace:
        warning = courier.last_refusal(workplace)
        done = courier.write(
            workplace, options.folder, only_new=options.only_new, part_bytes=_part_bytes(options)
        )
    say(
        {
            "number": done.number,
            "folder": done.file.folder.name,
            "files": [part.name for part in done.file.parts if part is not None] + [done.file.text_path.name],
            "bytes": done.size,
            "cases": done.parcel.cases,
            "records": len(done.parcel.envelopes),
            "scans": len(done.parcel.attachments) - len(done.skipped),
            "skipped_scans": list(done.skipped),
            "receipt_numbers": list(done.parcel.receipt_numbers),
            "hand_to": done.parcel.hand_to,
            "others": done.others,
            "left": done.parcel.left,
            "read_back": True,
            "warning": warning,
        }
    )
    return Exit.DONE


def read(options: argparse.Namespace) -> Exit:
    """Read a stick; DIFFERENCES when one of the files on it could not be used."""
    with workplace_of(options) as workplace:
        done = courier.read(
            workplace, options.folder, online=not options.offline, part_bytes=_part_bytes(options)
        )
        left = courier.waiting(workplace)
    files = [_told(one) for one in done.findings]
    text = "" if files else _NOTHING
    say({"files": files, "text": text, "settled": done.settled, "waiting": len(left)})
    refused = any(one.result is courier.Result.REFUSED for one in done.findings)
    return Exit.DIFFERENCES if refused else Exit.DONE


def list_waiting(options: argparse.Namespace) -> Exit:
    """Print the files that were written and of which no receipt was read yet."""
    with workplace_of(options) as workplace:
        rows = courier.waiting(workplace)
    say(
        [
            {"number": row.number, "at": row.at.isoformat(), "cases": row.cases, "text": row.text}
            for row in rows
        ]
    )
    return Exit.DONE


def rescue(options: argparse.Namespace) -> Exit:
    """Write what is unsent from a home whose database cannot be opened; DIFFERENCES when something is missing."""
    paths, login, password = credentials_of(options)
    require_closed(paths.lock)
    clock, part_bytes = SystemClock(), _part_bytes(options)
    done = rescuing.rescue(paths, clock, login, password, options.folder, part_bytes=part_bytes)
    say({**asdict(done), "whole": done.is_whole, "text": done.text})
    return Exit.DONE if done.is_whole else Exit.DIFFERENCES


def _part_bytes(options: argparse.Namespace) -> int:
    size = int(options.part_mb * _MEGA)
    if not 1 <= size <= MOST_PART_BYTES:
        raise Refused(Reason("part-size", "分块大小须大于0、小于4294兆，U盘才放得下。", "part-mb"))
    return size


def _told(one: courier.Finding) -> dict[str, Any]:
    told: dict[str, Any] = {
        "file": one.name,
        "folder": one.folder,
        "kind": str(one.kind),
        "result": str(one.result),
        "code": one.code,
        "text": one.text,
        "station": one.station,
        "number": one.number,
        "remark": one.remark,
    }
    if one.answer is not None:
        told |= {"settled": one.answer.settled, "received": one.answer.received, "scans": one.answer.scans}
        lost = one.answer.lost
        told |= {"lost_records": lost.records if lost else 0, "lost_scans": lost.scans if lost else 0}
    return told
