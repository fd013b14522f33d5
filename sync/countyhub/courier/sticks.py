"""Reading a stick at the hub itself, and writing the answers onto it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from countyhub.courier import answering
from countyhub.courier.answering import Place, Question
from countyhub.courier.taking import Taken, take
from countyhub.hub import Hub
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import Direction
from hubprotocol.courier.stick import (
    PART_BYTES,
    StickFile,
    StickWriter,
    find,
    folder_of,
    name_of,
    read_back,
    remove,
)

NO_TEXT = "旁边的说明文件（TXT）不见了，不影响收件。"
OTHER_TEXT = "旁边的说明文件（TXT）被改动过，请以密封文件的结果为准。"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file on a stick with what became of it; `remark` is about the text beside it."""

    file: StickFile
    taken: Taken
    remark: str


def read_stick(hub: Hub, root: Path) -> list[ReadFile]:
    """Take every file for the hub that lies below a folder. Raises OSError."""
    files = [file for file in find(root) if file.direction is Direction.UP]
    return [ReadFile(file, take(hub, file), _remark(file)) for file in files]


def questions(read: list[ReadFile]) -> list[Question]:
    """Return one question for each device whose files were its own, by the newest of them."""
    by_device: dict[str, list[Taken]] = {}
    for one in read:
        if one.taken.device is not None:
            by_device.setdefault(one.taken.device.device_id, []).append(one.taken)
    return [question for taken in by_device.values() if (question := question_of(taken))]


def question_of(taken: list[Taken]) -> Question | None:
    """Return what a device asks by some of its files; None when none of them says."""
    newest = max(taken, key=lambda one: one.report.number)
    if newest.device is None or newest.asking is None:
        return None
    return Question(newest.device, newest.asking, tuple(one.report for one in taken))


def write_answer(hub: Hub, question: Question, root: Path, part_bytes: int = PART_BYTES) -> StickFile:
    """Write an answer onto a stick and read it back. Raises OSError or NotReadBack; then nothing of it is there."""
    folder = folder_of(root, question.device.device_id)
    number = answering.next_number(hub, question.device)
    while any(folder.glob(f"{name_of(Direction.DOWN, number)}.[0-9]*")):
        number += 1
    text = answering.text_of(hub, question, number)
    with _discarding(StickWriter(folder, name_of(Direction.DOWN, number), part_bytes)) as writer:
        written = answering.write(hub, question, Place(number, text, writer.write))
        file = writer.place(text)
    try:
        read_back(file, written, text)
    except BaseException:
        remove(file)
        raise
    answering.note_written(hub, question, number, written)
    return file


@contextmanager
def _discarding(writer: StickWriter) -> Iterator[StickWriter]:
    try:
        yield writer
    except BaseException:
        writer.discard()
        raise


def _remark(file: StickFile) -> str:
    """Tell whether the text beside a file is the one that was sealed; of a file that cannot be read nothing is said."""
    try:
        sealed = file.scanned().header.manifest
    except CourierFault:
        return ""
    found = file.text_hash()
    return "" if found == sealed else OTHER_TEXT if found else NO_TEXT
