"""What is wrong with one value of an item's own field, as the second half of a Chinese sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from stationapp.domain.check_character import check_character

_TYPES = {"string": str, "integer": int, "boolean": bool}
_MONEY = re.compile(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?")
_PHONE = re.compile(r"1[3-9][0-9]{9}|(0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?")
_RESIDENT = re.compile(r"[1-9][0-9]{16}[0-9X]")


def fault_of(rule: Mapping[str, Any], value: object) -> str:
    """Return what is wrong with a text, a number, or yes and no; an empty text when nothing is."""
    # True is an int in Python, but no number to a person.
    if type(value) is not _TYPES[rule["type"]]:
        return "的填写格式不对"
    for keyword, check in _CHECKS.items():
        if keyword in rule and (fault := check(rule[keyword], value)):
            return fault
    return ""


def fault_of_choices(rule: Mapping[str, Any], value: object) -> str:
    """Return what is wrong with the choice of several."""
    if not isinstance(value, list | tuple):
        return "的填写格式不对"
    if any(one not in rule["items"]["enum"] for one in value):
        return "不在可选范围内"
    if len(set(value)) != len(value):
        return "有重复的选项"
    return fault_of_count(rule, len(value), "项")


def fault_of_count(rule: Mapping[str, Any], count: int, unit: str) -> str:
    """Return what is wrong with how many rows or choices there are."""
    if count < rule.get("minItems", 0):
        return f"至少{rule['minItems']}{unit}"
    if "maxItems" in rule and count > rule["maxItems"]:
        return f"不能超过{rule['maxItems']}{unit}"
    return ""


def _outside_choices(choices: list[Any], value: object) -> str:
    return "" if value in choices else "不在可选范围内"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_resident_number(text: str) -> bool:
    """GB 11643: eighteen places, a day of birth, and the check character of the first seventeen."""
    if not _RESIDENT.fullmatch(text) or not _is_date(f"{text[6:10]}-{text[10:12]}-{text[12:14]}"):
        return False
    return check_character(text[:17]) == text[17]


_FORMATS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "date": (_is_date, "应为有效日期，如2026-03-01"),
    "money": (_MONEY.fullmatch, "应为金额，最多两位小数"),
    "phone": (_PHONE.fullmatch, "应为手机号码或者带区号的固定电话"),
    "id-number": (_is_resident_number, "应为18位居民身份证号，请核对"),
    "long-text": (lambda _text: True, ""),
}


def _against_format(name: str, value: object) -> str:
    fits, fault = _FORMATS[name]
    return "" if fits(str(value)) else fault


_CHECKS: dict[str, Callable[[Any, Any], str]] = {
    "enum": _outside_choices,
    "format": _against_format,
    "minLength": lambda least, value: "" if len(value) >= least else f"至少{least}个字",
    "maxLength": lambda most, value: "" if len(value) <= most else f"不能超过{most}个字",
    "pattern": lambda pattern, value: "" if re.search(pattern, value) else "的填写格式不对",
    "minimum": lambda least, value: "" if value >= least else f"不能小于{least}",
    "maximum": lambda most, value: "" if value <= most else f"不能大于{most}",
}
