"""How a value of the catalogue's JSON shape stands in a cell that people edit, and how a cell is read.

A cell holds text or a number; what a person typed may also arrive as a date or as yes and no. Reading raises
ValueError with a Chinese sentence for whoever edits the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from stationapp.domain.time_limits import Limit, LimitUnit

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class CellShape:
    """How one column is written and read; `choices` are offered in a list, `strict` ones are the only ones."""

    write: Callable[[Any], str | int | None]
    read: Callable[[Cell], Any]
    choices: tuple[str, ...] = ()
    strict: bool = True


def text_in(cell: Cell) -> str:
    """Return what stands in a cell as text, however the table's program stored it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _token(cell: Cell) -> str:
    return text_in(cell).strip()


TEXT: Final = CellShape(lambda value: value, text_in)
CODE: Final = CellShape(lambda value: value, _token)


def _read_number(cell: Cell) -> int | None:
    token = _token(cell)
    if not token:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", token, re.ASCII):
        raise ValueError(f"“{token}”应为整数")
    return int(token)


def _read_count(cell: Cell) -> int:
    number = _read_number(cell)
    if number is not None and number < 0:
        raise ValueError(f"{number}不能是负数")
    return number or 0


def _read_version(cell: Cell) -> int:
    number = _read_number(cell)
    if number is not None and number < 1:
        raise ValueError("版本从1开始")
    return number or 1


NUMBER: Final = CellShape(lambda value: value, _read_number)
COUNT: Final = CellShape(lambda value: value, _read_count)
VERSION: Final = CellShape(lambda value: value, _read_version)


def _read_day(cell: Cell) -> str | None:
    token = _token(cell).replace("/", "-").replace(".", "-")
    if not token:
        return None
    match = re.fullmatch(r"([0-9]{4})-?([0-9]{1,2})-?([0-9]{1,2})", token, re.ASCII)
    try:
        if match is None:
            raise ValueError
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        raise ValueError(f"“{token}”不是有效日期，应如2026-01-01") from None


def _read_needed_day(cell: Cell) -> str:
    day = _read_day(cell)
    if day is None:
        raise ValueError("请填写日期，如2026-01-01")
    return day


OPTIONAL_DAY: Final = CellShape(lambda value: value, _read_day)
DAY: Final = CellShape(lambda value: value, _read_needed_day)


def _read_yes(cell: Cell) -> bool:
    token = _token(cell)
    if token in ("", "否", "FALSE", "0"):
        return False
    if token in ("是", "TRUE", "1"):
        return True
    raise ValueError(f"“{token}”应为“是”或者“否”")


YES_NO: Final = CellShape(lambda value: "是" if value else "否", _read_yes, ("是", "否"))


def choice(titles: Mapping[Any, str], *, default: str = "", strict: bool = True) -> CellShape:
    """Return the shape of one of several values under their Chinese titles.

    An empty cell means `default`, if there is one. Other texts are taken as they are when not `strict`.
    """
    values = {title: value for value, title in titles.items()}

    def read(cell: Cell) -> str:
        token = _token(cell)
        if not token and default:
            return default
        if token in values or not strict:
            return str(values.get(token, token))
        raise ValueError(f"“{token}”不在可选范围内，应为{'、'.join(values)}" if token else "请选择一项")

    return CellShape(lambda value: titles.get(value, value), read, tuple(values), strict)


_ESCAPES = {"\\": "\\\\", "\n": "\\n"}
_EMPTY = "\\e"


def _line_of(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text) or _EMPTY


def _text_of(line: str) -> str:
    if line == _EMPTY:
        return ""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], line)


def _read_lines(cell: Cell) -> list[str]:
    return [_text_of(line) for line in text_in(cell).split("\n") if line]


LINES: Final = CellShape(lambda value: "\n".join(map(_line_of, value)), _read_lines)
"""Several texts, each in a line of its own; a line break inside a text stands as \\n."""


def titled_lines(titles: Mapping[str, str]) -> CellShape:
    """Return the shape of several values under their titles, one in each line; unknown ones stay as they are."""
    values = {title: value for value, title in titles.items()}
    return CellShape(
        lambda value: LINES.write([titles.get(one, one) for one in value]),
        lambda cell: [values.get(one.strip(), one) for one in _read_lines(cell)],
    )


_LIMIT = re.compile(r"([0-9]{1,4})\s*个?\s*(工作日|自然日|日|天|月|年)", re.ASCII)
_UNITS = {
    "工作日": LimitUnit.WORKING_DAYS,
    "自然日": LimitUnit.CALENDAR_DAYS,
    "日": LimitUnit.CALENDAR_DAYS,
    "天": LimitUnit.CALENDAR_DAYS,
    "月": LimitUnit.MONTHS,
    "年": LimitUnit.YEARS,
}


def _write_limit(value: Mapping[str, Any] | None) -> str | None:
    return Limit(value["value"], LimitUnit(value["unit"])).text if value else None


def _read_limit(cell: Cell) -> dict[str, Any] | None:
    token = _token(cell)
    if not token:
        return None
    if token in ("当场办结", "当场", "即办"):
        return {"value": 0, "unit": str(LimitUnit.ON_THE_SPOT)}
    match = _LIMIT.fullmatch(token)
    if match is None or int(match[1]) == 0:
        raise ValueError(f"“{token}”不是时限，应如“20个工作日”“15日”“1个月”“当场办结”")
    return {"value": int(match[1]), "unit": str(_UNITS[match[2]])}


def _read_needed_limit(cell: Cell) -> dict[str, Any]:
    limit = _read_limit(cell)
    if limit is None:
        raise ValueError("请填写时限，如“5个工作日”")
    return limit


OPTIONAL_LIMIT: Final = CellShape(_write_limit, _read_limit)
LIMIT: Final = CellShape(_write_limit, _read_needed_limit)

_WEEKDAYS = "一二三四五六日"


def _read_weekdays(cell: Cell) -> list[int]:
    words = re.sub(r"[周星期、,，\s]", "", text_in(cell).replace("天", "日"))
    if wrong := [word for word in words if word not in _WEEKDAYS]:
        raise ValueError(f"“{''.join(wrong)}”不是星期，应如“周一、周三”")
    return [_WEEKDAYS.index(word) + 1 for word in words]


WEEKDAYS: Final = CellShape(
    lambda value: "、".join(f"周{_WEEKDAYS[day - 1]}" for day in value), _read_weekdays
)


def _write_window(value: Mapping[str, Any] | None) -> str | None:
    if value is None:
        return None
    parts = [f"每年{value['first']}至{value['last']}"] if value["first"] else []
    if value["first_day_of_month"]:
        parts.append(f"每月{value['first_day_of_month']}日至{value['last_day_of_month']}日")
    return "，".join(parts)


_WINDOW = re.compile(
    r"(?:每年([0-9]{2}-[0-9]{2})至([0-9]{2}-[0-9]{2}))?，?(?:每月([0-9]{1,2})日至([0-9]{1,2})日)?", re.ASCII
)


def _read_window(cell: Cell) -> dict[str, Any] | None:
    token = _token(cell)
    if not token:
        return None
    match = _WINDOW.fullmatch(token)
    if match is None or not all(_is_month_day(one) for one in match.groups()[:2] if one):
        raise ValueError(f"“{token}”不是受理期，应如“每年05-01至06-30”“每月1日至10日”")
    return {
        "first": match[1] or "",
        "last": match[2] or "",
        "first_day_of_month": int(match[3] or 0),
        "last_day_of_month": int(match[4] or 0),
    }


def _is_month_day(text: str) -> bool:
    try:
        date.fromisoformat(f"2024-{text}")
    except ValueError:
        return False
    return True


WINDOW: Final = CellShape(_write_window, _read_window)
