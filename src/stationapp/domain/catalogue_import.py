"""Reading lists of items that other programs publish, into drafts of our own catalogue.

Two shapes are known: the export of a county's guide (department, name, item_code, task_type and more) and the
fact sheets (id, name, sample_code, handle_kind, materials and more). What a list does not say becomes a gap,
so that an import alone never makes an item publishable.

A wrong organisation code inside an item code only warns: of 1,135 codes that a county really published, 982
carry one that GB 32100 passes. A missing, overlong or repeated item code is an error (一事一码).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from stationapp.domain.catalogue import HandlingKind, ItemStatus, Material, ServiceItem, missing_publics
from stationapp.domain.catalogue_codec import CODE_LENGTH
from stationapp.domain.organisation import Level
from stationapp.domain.social_credit import check_social_credit
from stationapp.domain.time_limits import Limit, LimitUnit


@dataclass(frozen=True, slots=True)
class RowWarning:
    """What is odd about a row (counted from 1) that was, or was not, taken over; the text is Chinese."""

    row: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The drafts, what is odd about them, and the rows that could not become a draft."""

    items: tuple[ServiceItem, ...]
    warnings: tuple[RowWarning, ...]
    errors: tuple[RowWarning, ...]


@dataclass(slots=True)
class _Import:
    """A list while it is being read."""

    items: list[ServiceItem] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)
    errors: list[RowWarning] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def take(self, number: int, item: ServiceItem) -> None:
        if fault := _code_fault(item.code, self.rows):
            self.errors.append(RowWarning(number, *fault))
            return
        self.rows[item.code] = number
        self.items.append(replace(item, gaps=(*missing_publics(item), *item.gaps)))
        for odd in (_odd_code(item.code), _odd_type(item.item_type), _odd_department(item)):
            if odd:
                self.warnings.append(RowWarning(number, *odd))

    def result(self) -> ImportResult:
        return ImportResult(tuple(self.items), tuple(self.warnings), tuple(self.errors))


_LIST_DATE = date(2025, 4, 1)
"""The month of the county list that first came in this shape."""

_NO_DEPARTMENTS: Mapping[str, str] = MappingProxyType({})

# The organisation code stands between the division and a digit for the kind of the authority.
_ITEM_CODE = re.compile(r".+?-[0-9]{12}-[0-9]{3}-(.+)-[12]-[0-9]{2}")
_OLD_ORGANISATION_CODE = re.compile(r"[0-9A-Z]{8}-[0-9X]")
_ITEM_TYPES = {f"{number:02d}" for number in range(1, 11)} | {"20"}


def import_guangan(
    data: Mapping[str, Any],
    *,
    effective_from: date = _LIST_DATE,
    departments: Mapping[str, str] = _NO_DEPARTMENTS,
) -> ImportResult:
    """Read either shape; `departments` gives our key for a department's name in the list.

    Raises ValueError when the document is neither shape; a bad row is one error of the result, no more.
    """
    rows = data.get("items")
    if not isinstance(rows, list):
        raise ValueError("the document has no list of items")
    reading = _Import()
    for number, row in enumerate(rows, start=1):
        draft = _reader_of(row)
        if draft is None or not _text(row, "name"):
            reading.errors.append(RowWarning(number, "unreadable-row", "这一行不是事项，或者没有事项名称。"))
            continue
        reading.take(number, draft(row, effective_from, departments))
    return reading.result()


_Draft = Callable[[Mapping[str, Any], date, Mapping[str, str]], ServiceItem]


def _reader_of(row: object) -> _Draft | None:
    if not isinstance(row, Mapping):
        return None
    if "item_code" in row:
        return _from_guide
    return _from_fact_sheet if "sample_code" in row else None


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _from_guide(row: Mapping[str, Any], day: date, departments: Mapping[str, str]) -> ServiceItem:
    department = _text(row, "department")
    return ServiceItem(
        code=_text(row, "item_code"),
        version=1,
        name=_text(row, "name"),
        item_type=_text(row, "task_type").zfill(2),
        handling=HandlingKind.COMMITTED,
        decides_at=Level.COUNTY,
        department=departments.get(department, ""),
        department_name=department,
        status=ItemStatus.IN_USE,
        effective_from=day,
        gaps=("办件类型",),
    )


_HANDLING = (
    ("联办", HandlingKind.JOINT),
    ("上报", HandlingKind.FORWARDED),
    ("即办", HandlingKind.IMMEDIATE),
    ("承诺", HandlingKind.COMMITTED),
)


def _from_fact_sheet(row: Mapping[str, Any], day: date, departments: Mapping[str, str]) -> ServiceItem:
    sample = row["sample_code"] if isinstance(row["sample_code"], Mapping) else {}
    department = _text(sample, "department")
    kind = _text(row, "handle_kind")
    statutory, statutory_note = _limit(row.get("statutory_limit"))
    promised, promised_note = _limit(row.get("promised_limit"))
    materials = tuple(_materials(_text(row, "id") or "m", row.get("materials") or ()))
    return ServiceItem(
        code=_text(sample, "item_code"),
        version=1,
        name=_text(row, "name"),
        item_type=_text(row, "item_type_code").zfill(2),
        handling=next((value for word, value in _HANDLING if word in kind), HandlingKind.COMMITTED),
        decides_at=Level.COUNTY,
        department=departments.get(department, ""),
        department_name=department,
        status=ItemStatus.IN_USE,
        effective_from=day,
        service_objects=(_text(row, "service_object") or "自然人",),
        basis=_text(row, "basis"),
        procedure=_text(row, "route"),
        statutory_limit=statutory,
        statutory_note=statutory_note,
        promised_limit=promised,
        promised_note=promised_note,
        fee=_text(row, "fee"),
        result_name=_text(row, "result"),
        materials=materials,
        materials_known=bool(materials),
        gaps=("决定层级的核定", "时限的核定"),
    )


_UNITS = {
    "工作日": LimitUnit.WORKING_DAYS,
    "日": LimitUnit.CALENDAR_DAYS,
    "自然日": LimitUnit.CALENDAR_DAYS,
    "个月": LimitUnit.MONTHS,
    "年": LimitUnit.YEARS,
    "即办": LimitUnit.ON_THE_SPOT,
    "当场": LimitUnit.ON_THE_SPOT,
}


def _limit(data: object) -> tuple[Limit | None, str]:
    """Return a limit of a fact sheet and its note; what does not read as a limit is kept as a note."""
    if not isinstance(data, Mapping):
        return None, ""
    note, value = _text(data, "note"), data.get("value")
    unit = _UNITS.get(_text(data, "unit").split("/")[0])
    if unit is LimitUnit.ON_THE_SPOT:
        return Limit(0, unit), note
    if unit is None or not isinstance(value, int) or value < 1:
        return None, f"{value}{_text(data, 'unit')} {note}".strip()
    return Limit(value, unit), note


def _materials(item_id: str, rows: Iterable[Mapping[str, Any]]) -> Iterable[Material]:
    for number, row in enumerate(rows, start=1):
        yield Material(
            f"{item_id}-m{number}",
            _text(row, "name"),
            int(row.get("originals", 0)),
            int(row.get("copies", 0)),
            required=row.get("required", "必要") == "必要",
            note=_text(row, "note"),
        )


_Oddity = tuple[str, str]


def _code_fault(code: str, rows: Mapping[str, int]) -> _Oddity | None:
    if not code:
        return "no-code", "没有事项编码，无编码不得办理。"
    if len(code) > CODE_LENGTH:
        return "code-too-long", f"事项编码有{len(code)}个字符，不能超过{CODE_LENGTH}个。"
    if code in rows:
        return "duplicate-code", f"事项编码与第{rows[code]}行相同，一事一码，不能重复。"
    return None


def _odd_code(code: str) -> _Oddity | None:
    match = _ITEM_CODE.fullmatch(code)
    if match is None:
        return "code-shape", f"事项编码“{code}”不是常见的分段格式，已按原样收下。"
    organisation = match[1]
    if _OLD_ORGANISATION_CODE.fullmatch(organisation):
        return "organisation-code-old", f"编码中的“{organisation}”是旧组织机构代码，不是统一社会信用代码。"
    check = check_social_credit(organisation)
    if check.is_valid:
        return None
    wrong_length = check.reasons[0].code == "credit-length"
    code = "organisation-code-length" if wrong_length else "organisation-code-format"
    return code, f"编码中的机构代码“{organisation}”有误：{check.reasons[0].text}"


def _odd_type(item_type: str) -> _Oddity | None:
    if item_type in _ITEM_TYPES:
        return None
    return "unknown-type", f"事项类型代码“{item_type}”不在国家标准的代码表内。"


def _odd_department(item: ServiceItem) -> _Oddity | None:
    return None if item.department_name else ("no-department", "没有写明承办部门。")
