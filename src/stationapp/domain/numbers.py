"""The numbers a case and its papers carry, written, read back and recognised.

A station gives numbers without asking anybody, so they hold its 12-digit code, the day and a serial of the
PC's slot (two digits) and its own count (four digits). Receipt and batch numbers end in an ISO 7064 MOD 11-2
check character. The case number is the hub's (county, date, six-digit serial, the Sichuan form) and gives no
access; the enquiry code is random and does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from stationapp.domain.check_character import check_character
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.typed_text import compact, half_width, undashed

_FIELD = "number"
_FIRST_YEAR = 2000
_STATION = re.compile(r"[0-9]{12}")
_COUNTY = re.compile(r"[0-9]{6}")
_RECEIPT = re.compile(r"([0-9]{12})([0-9]{8})([0-9]{2})([0-9]{4})([0-9X])")
_BATCH = re.compile(r"([0-9]{12})([0-9]{8})P([0-9]{2})([0-9]{4})([0-9X])")
_CASE = re.compile(r"([0-9]{6})([0-9]{8})([0-9]{6})")
_DOCUMENT = re.compile(r"([^〔〕0-9]{2,})〔([0-9]{4})〕([0-9]{2})([0-9]{4}|[1-9][0-9]{4,5})号?")
_BRACKETS = str.maketrans("[]()【】﹝﹞", "〔〕〔〕〔〕〔〕")

# Checked before a batch's digits, so that a batch number typed without its P is no receipt number.
_BATCH_MARK = "1"

DOCUMENT_NUMBER_LENGTH = 30
"""GB/T 39046: 受理文书编号 an..30."""


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """收件号: `510704104226-20261121-010007X`; given by a station when it receives a case."""

    station: str
    day: date
    device_slot: int
    count: int

    def __post_init__(self) -> None:
        _demand_station_serial(self)

    def __str__(self) -> str:
        return f"{_head(self)}-{_serial(self)}{check_character(_digits(self))}"


@dataclass(frozen=True, slots=True)
class BatchNumber:
    """批次号: `510704104226-20261121-P010003X`; given by a station when it closes a batch."""

    station: str
    day: date
    device_slot: int
    count: int

    def __post_init__(self) -> None:
        _demand_station_serial(self)

    def __str__(self) -> str:
        return f"{_head(self)}-P{_serial(self)}{check_character(_BATCH_MARK + _digits(self))}"


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """办件编号: `510704-20261121-000001`; given by the hub."""

    county: str
    day: date
    serial: int

    def __post_init__(self) -> None:
        _demand(_COUNTY.fullmatch(self.county), "a county code has six digits")
        _demand(self.day.year >= _FIRST_YEAR, "a number's day lies in this century")
        _demand(1 <= self.serial <= 999_999, "a case serial is 1..999999")

    def __str__(self) -> str:
        return f"{self.county}-{self.day:%Y%m%d}-{self.serial:06d}"


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """文书编号: `游仙沉抗补告〔2026〕010007号`.

    `series` is the organ's abbreviation and the nature of the paper; the serial holds the PC's slot (0 at the
    hub) and its count within the year, so that it is unique without asking the hub.
    """

    series: str
    year: int
    device_slot: int
    count: int

    def __post_init__(self) -> None:
        _demand(
            re.fullmatch(r"[^〔〕\s0-9]{2,}", self.series), "a series is two or more characters, no digit"
        )
        _demand(self.series == half_width(self.series).upper(), "a series is half-width and upper case")
        _demand(_FIRST_YEAR <= self.year <= 9999, "a document number has a four-digit year")
        _demand(0 <= self.device_slot <= 99, "a device slot is 0..99")
        _demand(1 <= self.count <= 999_999, "a document count is 1..999999")
        _demand(len(str(self)) <= DOCUMENT_NUMBER_LENGTH, "a document number has at most 30 characters")

    def __str__(self) -> str:
        return f"{self.series}〔{self.year}〕{self.device_slot:02d}{self.count:04d}号"


ENQUIRY_ALPHABET = "3456789ACEFGHJKMNPRTWXY"
"""23 characters that are not mistaken for each other: without 0, 1, 2 and B, D, I, L, O, Q, S, U, V, Z."""

ENQUIRY_RANDOM_BYTES = 16
_ENQUIRY_BODY = 8
_ENQUIRY_PRIME = len(ENQUIRY_ALPHABET)
_ENQUIRY_ROOT = 5  # A primitive root of 23: all weights differ, so single slips and swaps change the sum.


@dataclass(frozen=True, slots=True)
class EnquiryCode:
    """查询码: eight random characters and a check character, printed as `ACE-345-XYK`."""

    body: str

    def __post_init__(self) -> None:
        sound = len(self.body) == _ENQUIRY_BODY and set(ENQUIRY_ALPHABET).issuperset(self.body)
        _demand(sound, "an enquiry code has eight characters of its alphabet")

    @classmethod
    def from_random(cls, random: bytes) -> EnquiryCode:
        """A code from at least 16 random bytes, which the caller draws; about 36 bits remain."""
        _demand(len(random) >= ENQUIRY_RANDOM_BYTES, "an enquiry code needs 16 random bytes")
        number, body = int.from_bytes(random, "big"), ""
        for _ in range(_ENQUIRY_BODY):
            number, place = divmod(number, _ENQUIRY_PRIME)
            body += ENQUIRY_ALPHABET[place]
        return cls(body)

    @property
    def characters(self) -> str:
        """The nine characters without hyphens, the form to store and compare."""
        return self.body + _enquiry_check(self.body)

    def __str__(self) -> str:
        whole = self.characters
        return f"{whole[:3]}-{whole[3:6]}-{whole[6:]}"


MOST_A_DAY = 9999
"""How many receipts, and how many batches, one PC can number in a day."""

AnyNumber = ReceiptNumber | BatchNumber | CaseNumber | DocumentNumber | EnquiryCode


def parse_receipt_number(text: str) -> ReceiptNumber:
    """Read a receipt number however it was typed; Refused with what to look at when it cannot be one."""
    plain = undashed(text)
    match = _matched(_RECEIPT, plain, "收件号", "27位：12位站点代码、8位日期、6位序号和1位校验码", 27)
    _refuse_wrong_check(match[5] == check_character(plain[:-1]), "收件号")
    return ReceiptNumber(match[1], _day(match[2], "收件号"), *_slot_and_count(match, "收件号"))


def parse_batch_number(text: str) -> BatchNumber:
    """Read a batch number however it was typed; Refused when it cannot be one."""
    plain = undashed(text)
    match = _matched(_BATCH, plain, "批次号", "28位：12位站点代码、8位日期、字母P、6位序号和1位校验码", 28)
    digits = _BATCH_MARK + plain[:-1].replace("P", "")
    _refuse_wrong_check(match[5] == check_character(digits), "批次号")
    return BatchNumber(match[1], _day(match[2], "批次号"), *_slot_and_count(match, "批次号"))


def parse_case_number(text: str) -> CaseNumber:
    """Read a case number however it was typed; Refused when it cannot be one."""
    match = _matched(_CASE, undashed(text), "办件编号", "20位数字：6位区划、8位日期和6位序号", 20)
    if match[3] == "000000":
        _refuse("number-serial", "办件编号的序号不能是000000，请核对。")
    return CaseNumber(match[1], _day(match[2], "办件编号"), int(match[3]))


def parse_document_number(text: str) -> DocumentNumber:
    """Read a document number with any brackets, with or without 号; Refused when it cannot be one."""
    match = _DOCUMENT.fullmatch(compact(text).translate(_BRACKETS))
    if not match:
        _refuse("number-shape", "文书编号应像“游仙沉抗补告〔2026〕010007号”，请对照文书右上角核对。")
    try:
        return DocumentNumber(match[1], int(match[2]), int(match[3]), int(match[4]))
    except ValueError:
        _refuse("number-serial", "文书编号里的年份或序号不对，请对照文书右上角核对。")


def parse_enquiry_code(text: str) -> EnquiryCode:
    """Read an enquiry code however it was typed; Refused when a slip shows."""
    plain = undashed(text)
    if len(plain) != _ENQUIRY_BODY + 1:
        _refuse("number-shape", f"查询码是{_ENQUIRY_BODY + 1}位，现在是{len(plain)}位，请对照凭证核对。")
    strange = next((character for character in plain if character not in ENQUIRY_ALPHABET), "")
    if strange:
        _refuse("number-shape", f"查询码里不会有“{strange}”，请对照凭证看清是哪个字母或数字。")
    code = EnquiryCode(plain[:-1])
    _refuse_wrong_check(code.characters == plain, "查询码")
    return code


def recognise_number(text: str) -> AnyNumber | None:
    """What number the text in a search box is, or None when it is none or has a slip in it."""
    for parse in _PARSERS:
        try:
            return parse(text)
        except Refused:
            continue
    return None


_PARSERS: tuple[Callable[[str], AnyNumber], ...] = (
    parse_receipt_number,
    parse_batch_number,
    parse_case_number,
    parse_document_number,
    parse_enquiry_code,
)


def _head(number: ReceiptNumber | BatchNumber) -> str:
    return f"{number.station}-{number.day:%Y%m%d}"


def _serial(number: ReceiptNumber | BatchNumber) -> str:
    return f"{number.device_slot:02d}{number.count:04d}"


def _digits(number: ReceiptNumber | BatchNumber) -> str:
    return _head(number) + _serial(number)


def _demand_station_serial(number: ReceiptNumber | BatchNumber) -> None:
    _demand(_STATION.fullmatch(number.station), "a station code has twelve digits")
    _demand(number.day.year >= _FIRST_YEAR, "a number's day lies in this century")
    _demand(1 <= number.device_slot <= 99, "a device slot is 1..99")
    _demand(1 <= number.count <= MOST_A_DAY, "a day's count is 1..9999")


def _demand(condition: object, sentence: str) -> None:
    if not condition:
        raise ValueError(sentence)


def _matched(pattern: re.Pattern[str], plain: str, name: str, shape: str, length: int) -> re.Match[str]:
    match = pattern.fullmatch(plain)
    if not match:
        wrong = "有的字符不对" if len(plain) == length else f"现在是{len(plain)}位"
        _refuse("number-shape", f"{name}是{shape}；{wrong}，请对照凭证核对。")
    return match


def _day(text: str, name: str) -> date:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        _refuse("number-day", f"{name}里的日期{text}不存在，请对照凭证核对。")
    if day.year < _FIRST_YEAR:
        _refuse("number-day", f"{name}里的年份{text[:4]}不对，请对照凭证核对。")
    return day


def _slot_and_count(match: re.Match[str], name: str) -> tuple[int, int]:
    slot, count = int(match[3]), int(match[4])
    if not slot or not count:
        _refuse("number-serial", f"{name}里的序号{match[3]}{match[4]}不对，请对照凭证核对。")
    return slot, count


def _refuse_wrong_check(right: bool, name: str) -> None:
    if not right:
        _refuse("number-check", f"{name}有一位或几位抄错了，请对照凭证逐位核对。")


def _enquiry_check(body: str) -> str:
    total = sum(
        ENQUIRY_ALPHABET.index(character) * pow(_ENQUIRY_ROOT, place + 1, _ENQUIRY_PRIME)
        for place, character in enumerate(reversed(body))
    )
    return ENQUIRY_ALPHABET[-total % _ENQUIRY_PRIME]


def _refuse(code: str, text: str) -> NoReturn:
    raise Refused(Reason(code, text, _FIELD))
