"""文书编号台账: every document number this PC gave, by organ, nature and year, without gaps unexplained.

A number is drawn inside the transaction of the act that uses it, so a serial without an act means that something was
lost. The register says so, and keeps what a person found out about it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from stationapp.domain.case import Case, State
from stationapp.domain.case_flow import TABLE
from stationapp.domain.numbers import DocumentNumber, parse_document_number
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.sheets import Sheet
from stationapp.services.case_details import TITLES
from stationapp.services.casework import NATURES
from stationapp.services.changed import Changed, Kind
from stationapp.services.export_files import export_files
from stationapp.services.numbering import DOCUMENT_PREFIX
from stationapp.services.workplace import Workplace
from stationapp.store.records import EventStatus, StoredEvent
from stationapp.store.units import ReadUnit

UNEXPLAINED = "不明"
WORKBOOK = "document-register.xlsx"
_SETTING = "document_gap."


class DocumentStatus(StrEnum):
    """What has become of a number."""

    VALID = "valid"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    ENDED = "ended"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """The status in words."""
        return _LABELS[self]


_LABELS = {
    DocumentStatus.VALID: "有效",
    DocumentStatus.UNCONFIRMED: "有效（尚未经县级平台确认）",
    DocumentStatus.REFUSED: "县级平台未接受，文书无效",
    DocumentStatus.ENDED: "办件已撤回、作废或删除",
    DocumentStatus.MISSING: "缺号",
}
_ENDS = {
    State.WITHDRAWN: frozenset({"withdraw"}),
    State.VOIDED: frozenset({"void"}),
    State.DELETED: frozenset({"delete_record"}),
}
"""The ends that take their sense from a case's earlier papers, and the act that makes each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a number and its act, or a serial that no act of this PC has.

    `copies` counts every copy printed or saved, `reprints` those beyond the first of each paper. `explanation` says
    why a number is not valid or lacking.
    """

    number: str
    serial: int
    status: DocumentStatus
    explanation: str = ""
    paper: str = ""
    case_id: str = ""
    receipt_number: str = ""
    issued_at: datetime | None = None
    issued_by: str = ""
    copies: int = 0
    reprints: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one organ, nature and year, from the first to the last that was given."""

    organ: str
    nature: str
    year: int
    entries: tuple[Entry, ...]

    @property
    def gaps(self) -> tuple[Entry, ...]:
        """The serials without an act."""
        return tuple(row for row in self.entries if row.status is DocumentStatus.MISSING)


def document_register(workplace: Workplace, year: int | None = None) -> tuple[Series, ...]:
    """Return the series of this PC, of one year or of all, by organ, nature and year."""
    with workplace.store.read() as unit:
        given = _entries(unit)
        counters = [
            (kind.removeprefix(DOCUMENT_PREFIX), int(day), last)
            for kind, day, last in unit.numbers.series(DOCUMENT_PREFIX)
            if year is None or int(day) == year
        ]
        return tuple(_series(workplace, unit, given, *counter) for counter in counters)


def explain_gap(workplace: Workplace, number: str, words: str) -> Changed:
    """Keep why a serial lacks its act; raises Refused without words, or for a number that is no gap here."""
    if not words.strip():
        raise Refused(Reason("no-note", "请写明缺号的原因。", "words"))
    wanted = str(parse_document_number(number))
    gaps = {row.number for series in document_register(workplace) for row in series.gaps}
    if wanted not in gaps:
        raise Refused(Reason("no-gap", f"“{wanted}”不是本机台账里的缺号。", "number"))
    told = {"words": words.strip(), "by": workplace.person.name, "at": workplace.now().isoformat()}
    with workplace.store.write() as unit:
        unit.settings.set(f"{_SETTING}{wanted}", json.dumps(told, ensure_ascii=False))
    return Changed.of(Kind.PAPERS)


def write_register(register: Iterable[Series], folder: Path) -> list[str]:
    """Write the register as a CSV file and a workbook; return the files' names. Raises Unavailable for disk trouble."""
    with export_files(folder) as files:
        files.sheets(WORKBOOK, [Sheet("document_register", "文书编号台账", _HEADERS, _rows(register))])
        return files.names


_HEADERS = (
    *("机关简称", "文书性质", "年份", "文书编号", "文书", "收件号", "时间", "经办人"),
    *("份数", "其中补打", "状态", "说明"),
)


def _rows(register: Iterable[Series]) -> Iterator[tuple[str | int, ...]]:
    for series in register:
        for row in series.entries:
            at = f"{row.issued_at:%Y-%m-%d %H:%M}" if row.issued_at else ""
            about = (series.organ, series.nature, series.year, row.number, row.paper, row.receipt_number)
            yield (*about, at, row.issued_by, row.copies, row.reprints, row.status.label, row.explanation)


def _entries(unit: ReadUnit) -> dict[str, Entry]:
    """Every number that an act of this PC carries. Should two carry one, the later act is told: the hub takes one."""
    found = {}
    for stored in unit.inspection.own_events_naming("document_number"):
        text = str(stored.event.facts.get("document_number") or "")
        if text:
            found[text] = _entry(unit, stored, text)
    return found


def _entry(unit: ReadUnit, stored: StoredEvent, number: str) -> Entry:
    event = stored.event
    record = unit.cases.get(event.case_id)
    case = record.case if record is not None else None
    row = TABLE.get(event.move)
    prints = [one for one in unit.print_log.of_case(event.case_id) if _is_of(one.number, event.event_id)]
    return Entry(
        number=number,
        serial=parse_document_number(number).count,
        status=_status(stored, case),
        explanation=_explanation(stored, case),
        paper=TITLES.get(row.paper, row.title) if row else event.move,
        case_id=event.case_id,
        receipt_number=case.receipt_number if case is not None else "",
        issued_at=event.at,
        issued_by=event.hand.person_name,
        copies=len(prints),
        reprints=sum(one.copy > 1 for one in prints),
    )


def _is_of(counted_under: str, event_id: str) -> bool:
    """One act can make a paper for each of several departments, counted each for itself."""
    return counted_under.split(":")[0] == event_id


def _status(stored: StoredEvent, case: Case | None) -> DocumentStatus:
    if stored.status is EventStatus.REFUSED:
        return DocumentStatus.REFUSED
    if case is not None and _is_overtaken(stored, case):
        return DocumentStatus.ENDED
    return DocumentStatus.VALID if stored.status is EventStatus.CONFIRMED else DocumentStatus.UNCONFIRMED


def _is_overtaken(stored: StoredEvent, case: Case) -> bool:
    """The paper that says how a case ended is valid just because it ended so."""
    ended = case.closed_as or case.state
    return ended in _ENDS and stored.event.move not in _ENDS[ended]


def _explanation(stored: StoredEvent, case: Case | None) -> str:
    if stored.status is EventStatus.REFUSED:
        told = "".join(reason.text for reason in stored.reasons)
        return f"{told}处理情况：{stored.settled_note}" if stored.settled_note else told
    if case is not None and _is_overtaken(stored, case):
        return f"办件{(case.closed_as or case.state).label}"
    return ""


def _series(
    workplace: Workplace, unit: ReadUnit, given: dict[str, Entry], series: str, year: int, last: int
) -> Series:
    organ, nature = _parted(workplace, series)
    slot = workplace.identity.slot
    numbers = (str(DocumentNumber(series, year, slot, serial)) for serial in range(1, last + 1))
    rows = (given.get(text) or _gap(unit, text, serial) for serial, text in enumerate(numbers, start=1))
    return Series(organ, nature, year, tuple(rows))


def _gap(unit: ReadUnit, number: str, serial: int) -> Entry:
    noted = unit.settings.get(f"{_SETTING}{number}")
    told = json.loads(noted) if noted else None
    words = f"{told['words']}（{told['by']}，{told['at'][:10]}）" if told else UNEXPLAINED
    return Entry(number, serial, DocumentStatus.MISSING, words)


def _parted(workplace: Workplace, series: str) -> tuple[str, str]:
    """Part a series into organ and nature: by this PC's organs, or, where one was renamed, by the known natures."""
    desks = (workplace.organisation.desk(desk_id) for desk_id in workplace.identity.desks)
    organs = [desk.organ_short for desk in desks if desk is not None and desk.organ_short]
    named = [organ for organ in organs if series.startswith(organ) and series != organ]
    if named:
        organ = max(named, key=len)
        return organ, series.removeprefix(organ)
    natures = [nature for nature in set(NATURES.values()) if series.endswith(nature)]
    nature = max(natures, key=len, default="")
    return series.removesuffix(nature), nature
