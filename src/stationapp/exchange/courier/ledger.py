"""What the station remembers of its couriers: files written, which of them the hub took, the last answer read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import Enum, auto

from hubprotocol.courier.messages import FileReportMessage, Taking
from hubprotocol.envelope import GENESIS
from stationapp.store.units import ReadUnit, WriteUnit

SETTING = "courier"
_MOST_REMEMBERED = 100
_ENDED = (Taking.TAKEN, Taking.AGAIN, Taking.REFUSED)


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written and read back. `result` is empty until a receipt names it.

    `first_seq` and `last_seq` are 0 when no acts were in it; `scans` are the attachments in it.
    """

    number: int
    hash: str
    at: str
    first_seq: int
    last_seq: int
    cases: int
    scans: tuple[str, ...] = ()
    result: str = ""
    text: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the hub has said that it has what is in it."""
        return self.result in (Taking.TAKEN, Taking.AGAIN)

    def covers(self, earlier: WrittenFile) -> bool:
        """Whether everything of an earlier file is in this one too."""
        held = self.first_seq <= earlier.first_seq and earlier.last_seq <= self.last_seq
        return bool(earlier.last_seq) and held and {*earlier.scans} <= {*self.scans}


class Use(Enum):
    """Of what use it is to bring a file."""

    ITS_OWN = auto()
    """The hub takes what it has not got yet."""
    IN_LATER = auto()
    """What is in it goes with others."""
    ANEW = auto()
    """The hub lost what was in it, or before it, and no file on its way has that: another has to be written."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The couriers of one device. `number` is the highest number ever given to a file."""

    device: str
    number: int = 0
    files: tuple[WrittenFile, ...] = ()
    answer_number: int = 0
    answer_hash: str = ""

    @property
    def previous(self) -> tuple[int, str]:
        """Number and hash of the last file that was written, 0 and GENESIS before the first."""
        return (self.files[-1].number, self.files[-1].hash) if self.files else (0, GENESIS)

    def waiting(self, acknowledged: int) -> tuple[WrittenFile, ...]:
        """Files that still matter: the hub has not got the chain to their end by any road, nor refused them.

        One without acts matters as long as none came after it, another as long as none holds all that it does.
        """
        last = self.files[-1:]
        open_ones = [
            file
            for file in self.files
            if file.result not in _ENDED
            and (file.last_seq > acknowledged or (not file.last_seq and file in last))
        ]
        return tuple(
            file
            for place, file in enumerate(open_ones)
            if not any(later.covers(file) for later in open_ones[place + 1 :])
        )

    def leading(self, acknowledged: int) -> tuple[WrittenFile, ...]:
        """Files on their way that lead on from there without a gap; none does behind what a restored hub lost."""
        found: list[WrittenFile] = []
        for file in sorted(self.waiting(acknowledged), key=lambda one: one.first_seq):
            if file.first_seq <= acknowledged + 1:
                found.append(file)
                acknowledged = max(acknowledged, file.last_seq)
        return tuple(found)

    def use_of(self, file: WrittenFile, acknowledged: int) -> Use:
        """Return of what use a file is that the hub has taken no further than that."""
        leading = self.leading(acknowledged)
        follows = file in leading or (file.first_seq <= acknowledged + 1 and not file.is_taken)
        if file.last_seq <= acknowledged or follows:
            return Use.ITS_OWN
        reached = max((one.last_seq for one in leading), default=acknowledged)
        return Use.ANEW if file.last_seq > reached else Use.IN_LATER


def read_ledger(unit: ReadUnit, device: str) -> Ledger:
    """Return the ledger of the device this PC is now; a PC that enrolled again begins a new one."""
    return ledger_of(device, unit.settings.get(SETTING))


def ledger_of(device: str, setting: str) -> Ledger:
    """Return the ledger of a device as a setting holds it; an empty setting holds none."""
    data = json.loads(setting) if setting else {}
    if data.get("device") != device:
        return Ledger(device)
    files = tuple(WrittenFile(**{**row, "scans": tuple(row["scans"])}) for row in data.pop("files"))
    return Ledger(**data, files=files)


def reserve_number(unit: WriteUnit, device: str, at_least: int = 0) -> Ledger:
    """Give the next number away; whatever happens to the file, it is not given twice."""
    ledger = read_ledger(unit, device)
    return _save(unit, replace(ledger, number=max(ledger.number + 1, at_least)))


def note_written(unit: WriteUnit, device: str, file: WrittenFile) -> None:
    """Note a file that lies on a stick and was read back."""
    ledger = read_ledger(unit, device)
    _save(unit, replace(ledger, files=(*ledger.files, file)[-_MOST_REMEMBERED:]))


@dataclass(frozen=True, slots=True)
class AnswerRead:
    """An answer that was read: its number, its hash, and what it says about our files."""

    number: int
    hash: str
    reports: tuple[FileReportMessage, ...] = field(default_factory=tuple)


def note_answer(unit: WriteUnit, device: str, answer: AnswerRead) -> None:
    """Note an answer. What a file was once said to be taken it stays; an older answer changes no newer word."""
    ledger = read_ledger(unit, device)
    files = tuple(_told(file, answer.reports) for file in ledger.files)
    if answer.number >= ledger.answer_number:
        ledger = replace(ledger, answer_number=answer.number, answer_hash=answer.hash)
    _save(unit, replace(ledger, files=files))


def _told(file: WrittenFile, reports: Iterable[FileReportMessage]) -> WrittenFile:
    for report in reports:
        if report.hash == file.hash and not file.is_taken:
            return replace(file, result=str(report.taking), text=report.text)
    return file


def _save(unit: WriteUnit, ledger: Ledger) -> Ledger:
    unit.settings.set(SETTING, json.dumps(asdict(ledger), ensure_ascii=False))
    return ledger
