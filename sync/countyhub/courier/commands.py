"""`countyhub courier-read`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from countyhub.courier.answering import Question
from countyhub.courier.sticks import ReadFile, questions, read_stick, write_answer
from countyhub.hub import Hub
from countyhub.opened import opened, say
from countyhub.system_errors import sentence_of
from hubprotocol.courier.messages import Taking
from hubprotocol.courier.stick import PART_BYTES, NotReadBack, StickFile

Add = Callable[[Any, str, object, str], argparse.ArgumentParser]


def add(names: Any, command: Add) -> None:
    """Add the command; `command` adds one with the options that open a hub."""
    parser = command(names, "courier-read", courier_read, "take the sealed files on a stick")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the stick, or a folder with copies of it")
    parser.add_argument("--answer", action="store_true", help="write the sealed answers onto it")
    parser.add_argument(
        "--part-bytes", type=int, default=PART_BYTES, help="largest size of a part of an answer"
    )


def courier_read(options: argparse.Namespace) -> bool:
    """Take what is on a stick, a line for each file and for each answer; False when something was refused."""
    with opened(options) as hub:
        read = read_stick(hub, options.folder)
        for one in read:
            say(**_told(one))
        if not read:
            say(files=0, text=_NOTHING)
        for question in questions(read) if options.answer else ():
            file = _answer(hub, question, options)
            say(answer=file.name, device=question.device.device_id, station=question.device.station)
    return all(one.taken.report.taking is not Taking.REFUSED for one in read)


_NOTHING = (
    "没有找到站点写给县级平台的密封文件。请指向U盘或其中的 COURIER 文件夹；"
    "只有说明文件（TXT）的，请由站点重新写一份，站点的办件没有丢失。"
)
_NOT_ANSWERED = (
    "文件已按上面的结果处理，什么也没有丢失；只是回执没有写成：{}处理好后把本命令再执行一次，不会重复登记。"
)
_NOT_READ_BACK = "U盘读回的内容与写入的不一致，U盘可能已损坏，请换一个U盘。"


def _answer(hub: Hub, question: Question, options: argparse.Namespace) -> StickFile:
    """Write an answer. Raises OSError with a sentence that says that only the answer is missing."""
    try:
        return write_answer(hub, question, options.folder, options.part_bytes)
    except (OSError, NotReadBack) as trouble:
        why = _NOT_READ_BACK if isinstance(trouble, NotReadBack) else sentence_of(trouble)
        raise OSError(_NOT_ANSWERED.format(why)) from trouble


def _told(one: ReadFile) -> dict[str, object]:
    report = one.taken.report.model_dump(mode="json")
    return {"file": one.file.name, "folder": one.file.folder.name, **report, "remark": one.remark}
