"""`countyhub courier-read`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from countyhub.courier.sticks import ReadFile, questions, read_stick, write_answer
from countyhub.opened import opened, say
from hubprotocol.courier.messages import Taking
from hubprotocol.courier.stick import PART_BYTES, NotReadBack

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
        for question in questions(read) if options.answer else ():
            try:
                file = write_answer(hub, question, options.folder, options.part_bytes)
            except NotReadBack as trouble:
                raise OSError("U盘读回的内容与写入的不一致，U盘可能已损坏，请换一个U盘。") from trouble
            say(answer=file.name, device=question.device.device_id, station=question.device.station)
    return all(one.taken.report.taking is not Taking.REFUSED for one in read)


def _told(one: ReadFile) -> dict[str, object]:
    report = one.taken.report.model_dump(mode="json")
    return {"file": one.file.name, "folder": one.file.folder.name, **report, "remark": one.remark}
