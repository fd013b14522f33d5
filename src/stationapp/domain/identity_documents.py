"""Identity documents: their kinds, codes and own checks of what is typed.

The resident number follows GB 11643 (ISO 7064 MOD 11-2). Tying the county code to the birth year would refuse
nearly every elderly person of a renamed county; here the area of a resident never refuses, it only gives a
hint. Shapes of the other documents are the usual ones, not read from a standard; they are data.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stationapp.domain.check_character import check_character
from stationapp.domain.refusal import Reason
from stationapp.domain.typed_text import compact, half_width

MAXIMUM_AGE = 130
_FIELD = "number"
_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HK_MACAO_TAIWAN_AREAS = ("810000", "820000", "830000")


class DocumentKind(StrEnum):
    """The documents an applicant may show."""

    RESIDENT_ID = "resident_id"
    TEMPORARY_RESIDENT_ID = "temporary_resident_id"
    HOUSEHOLD_REGISTER = "household_register"
    HK_MACAO_TAIWAN_RESIDENCE = "hk_macao_taiwan_residence"
    MAINLAND_TRAVEL_PERMIT = "mainland_travel_permit"
    TAIWAN_TRAVEL_PERMIT = "taiwan_travel_permit"
    PERMANENT_RESIDENCE_2017 = "permanent_residence_2017"
    PERMANENT_RESIDENCE_2023 = "permanent_residence_2023"
    PASSPORT = "passport"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese name of the document."""
        return _LABELS[self]


_LABELS = {
    DocumentKind.RESIDENT_ID: "居民身份证",
    DocumentKind.TEMPORARY_RESIDENT_ID: "临时居民身份证",
    DocumentKind.HOUSEHOLD_REGISTER: "户口簿",
    DocumentKind.HK_MACAO_TAIWAN_RESIDENCE: "港澳台居民居住证",
    DocumentKind.MAINLAND_TRAVEL_PERMIT: "港澳居民来往内地通行证",
    DocumentKind.TAIWAN_TRAVEL_PERMIT: "台湾居民来往大陆通行证",
    DocumentKind.PERMANENT_RESIDENCE_2017: "外国人永久居留身份证（旧版）",
    DocumentKind.PERMANENT_RESIDENCE_2023: "外国人永久居留身份证（新版）",
    DocumentKind.PASSPORT: "护照",
    DocumentKind.OTHER: "其他证件",
}


class Sex(StrEnum):
    """As the resident number tells it: odd serial male, even female."""

    MALE = "male"
    FEMALE = "female"

    @property
    def label(self) -> str:
        """男 or 女."""
        return "男" if self is Sex.MALE else "女"


@dataclass(frozen=True, slots=True)
class DocumentCode:
    """A code of GA/T 2000.156; `verified` is False for values taken from memory of practice."""

    code: str
    verified: bool


# Only 111 was seen in use; the rest awaits the standard's text, and the residence permit has no known code.
DEFAULT_DOCUMENT_CODES: Mapping[DocumentKind, DocumentCode] = {
    DocumentKind.RESIDENT_ID: DocumentCode("111", verified=True),
    DocumentKind.TEMPORARY_RESIDENT_ID: DocumentCode("112", verified=False),
    DocumentKind.HOUSEHOLD_REGISTER: DocumentCode("113", verified=False),
    DocumentKind.PASSPORT: DocumentCode("414", verified=False),
    DocumentKind.TAIWAN_TRAVEL_PERMIT: DocumentCode("511", verified=False),
    DocumentKind.MAINLAND_TRAVEL_PERMIT: DocumentCode("516", verified=False),
    DocumentKind.PERMANENT_RESIDENCE_2017: DocumentCode("553", verified=False),
    DocumentKind.PERMANENT_RESIDENCE_2023: DocumentCode("553", verified=False),
    DocumentKind.HK_MACAO_TAIWAN_RESIDENCE: DocumentCode("990", verified=False),
    DocumentKind.OTHER: DocumentCode("990", verified=False),
}


def document_code(kind: DocumentKind, table: Mapping[str, str] | None = None) -> DocumentCode:
    """The export code of a kind; `table` (kind to code, from the hub's settings) overrides the default."""
    configured = (table or {}).get(kind.value)
    return DocumentCode(configured, verified=True) if configured else DEFAULT_DOCUMENT_CODES[kind]


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """What a look at a typed number tells: why it is wrong, what it says, what to look at twice."""

    kind: DocumentKind
    number: str
    reasons: tuple[Reason, ...] = ()
    birth_date: date | None = None
    sex: Sex | None = None
    hints: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether nothing speaks against the number; hints do not."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class _Shape:
    """The characters allowed at each place, how many places must be filled, and the rule in words."""

    places: tuple[str, ...]
    minimum: int
    rule: str

    def complaint(self, number: str, *, partial: bool) -> str:
        """What is wrong with the shape of `number`, or nothing."""
        for place, (character, allowed) in enumerate(zip(number, self.places, strict=False), start=1):
            if character not in allowed:
                return f"第{place}位“{character}”不对，{self.rule}。"
        if len(number) > len(self.places):
            return f"多了{len(number) - len(self.places)}位，{self.rule}。"
        if len(number) < self.minimum and not partial:
            return f"少了{self.minimum - len(number)}位，{self.rule}。"
        return ""


def _shape(first: str, rest: str, rest_least: int, rest_most: int, rule: str) -> _Shape:
    return _Shape((first, *[rest] * rest_most), 1 + rest_least, rule)


_CITIZEN_PLACES = (*[_DIGITS] * 17, _DIGITS + "X")
_PLAIN = _LETTERS + _DIGITS
_SHAPES = {
    DocumentKind.RESIDENT_ID: _Shape(
        _CITIZEN_PLACES, 18, "居民身份证号码是18位，前17位是数字，最后一位是数字或X"
    ),
    DocumentKind.HK_MACAO_TAIWAN_RESIDENCE: _Shape(
        _CITIZEN_PLACES, 18, "港澳台居民居住证号码是18位，前17位是数字，最后一位是数字或X"
    ),
    DocumentKind.PERMANENT_RESIDENCE_2023: _Shape(
        ("9", *_CITIZEN_PLACES[1:]), 18, "新版永久居留身份证号码是18位，以9开头，最后一位是数字或X"
    ),
    DocumentKind.PERMANENT_RESIDENCE_2017: _Shape(
        (*[_LETTERS] * 3, *[_DIGITS] * 12), 15, "旧版永久居留身份证号码是3个字母加12位数字"
    ),
    DocumentKind.MAINLAND_TRAVEL_PERMIT: _shape("HM", _DIGITS, 8, 10, "通行证号码是H或M加8至10位数字"),
    DocumentKind.TAIWAN_TRAVEL_PERMIT: _shape(_DIGITS, _DIGITS, 7, 7, "台湾居民通行证号码是8位数字"),
    DocumentKind.PASSPORT: _shape(_PLAIN, _PLAIN, 4, 19, "护照号码是5至20位字母和数字"),
    DocumentKind.HOUSEHOLD_REGISTER: _shape(_PLAIN, _PLAIN, 0, 17, "户口簿号码最多18位字母和数字"),
}
_SHAPES[DocumentKind.TEMPORARY_RESIDENT_ID] = _SHAPES[DocumentKind.RESIDENT_ID]

_CITIZEN_KINDS = frozenset(
    {
        DocumentKind.RESIDENT_ID,
        DocumentKind.TEMPORARY_RESIDENT_ID,
        DocumentKind.HK_MACAO_TAIWAN_RESIDENCE,
    }
)
_RESIDENT_KINDS = _CITIZEN_KINDS - {DocumentKind.HK_MACAO_TAIWAN_RESIDENCE}
_CHECKED_KINDS = _CITIZEN_KINDS | {DocumentKind.PERMANENT_RESIDENCE_2023}
_OTHER_LENGTH = 30


def normalise_number(kind: DocumentKind, text: str) -> str:
    """Half-width, upper case, without blanks; other documents keep their inner blanks and their case."""
    if kind is DocumentKind.OTHER:
        return " ".join(half_width(text).split())
    return compact(text)


def check_identity(kind: DocumentKind, text: str, today: date) -> IdentityCheck:
    """Check a whole number. Birth date and sex are given as far as the number tells them on its face."""
    return _check(kind, text, today, partial=False)


def check_partial(kind: DocumentKind, text: str, today: date) -> IdentityCheck:
    """Check a number while it is being typed: no complaint as long as it can still become valid."""
    return _check(kind, text, today, partial=True)


@dataclass(slots=True)
class _Findings:
    """Collects the findings on one number."""

    number: str
    today: date
    reasons: list[Reason] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    birth_date: date | None = None
    sex: Sex | None = None

    def complain(self, code: str, text: str) -> None:
        self.reasons.append(Reason(code, text, _FIELD))


def _check(kind: DocumentKind, text: str, today: date, *, partial: bool) -> IdentityCheck:
    findings = _Findings(normalise_number(kind, text), today)
    if not findings.number:
        if not partial:
            findings.complain("number-missing", "请填写证件号码。")
    elif kind is DocumentKind.OTHER:
        _look_at_other(findings)
    elif kind in _RESIDENT_KINDS and _is_old_form(findings.number, today, partial=partial):
        _look_at_old_form(findings)
    else:
        _look_at_shape(kind, findings, partial=partial)
    return IdentityCheck(
        kind,
        findings.number,
        tuple(findings.reasons),
        findings.birth_date,
        findings.sex,
        tuple(findings.hints),
    )


def _look_at_other(findings: _Findings) -> None:
    if len(findings.number) > _OTHER_LENGTH:
        findings.complain("number-shape", f"证件号码最多{_OTHER_LENGTH}个字。")
    if not findings.number.isprintable():
        findings.complain("number-shape", "证件号码里有打不出来的字符，请重新填写。")


def _look_at_shape(kind: DocumentKind, findings: _Findings, *, partial: bool) -> None:
    complaint = _SHAPES[kind].complaint(findings.number, partial=partial)
    if complaint:
        findings.complain("number-shape", complaint)
        return
    if kind in _CITIZEN_KINDS:
        _look_at_area(kind, findings)
        _look_at_birth(findings)
    if kind in _CHECKED_KINDS and len(findings.number) == 18:
        _look_at_check(findings)
    if kind is DocumentKind.PERMANENT_RESIDENCE_2023 and not findings.reasons:
        # The inner layout of these numbers is not established, so it informs and never refuses.
        findings.birth_date = _birth(findings.number[6:14], findings.today)


def _look_at_area(kind: DocumentKind, findings: _Findings) -> None:
    area = findings.number[:6]
    special = any(known.startswith(area) for known in _HK_MACAO_TAIWAN_AREAS)
    if kind is DocumentKind.HK_MACAO_TAIWAN_RESIDENCE and not special:
        findings.complain(
            "number-area", "港澳台居民居住证号码以810000、820000或830000开头，请核对证件类型和号码。"
        )
    if kind not in _RESIDENT_KINDS or len(area) < 6:
        return
    if special:
        findings.hints.append("这像是港澳台居民居住证的号码，请核对证件类型。")
    elif area[0] == "9":
        findings.hints.append("以9开头的号码像是外国人永久居留身份证，请核对证件类型。")
    elif not "11" <= area[:2] <= "65":
        findings.hints.append(f"号码开头的地区代码{area}少见，请再核对一遍。")


def _look_at_birth(findings: _Findings) -> None:
    typed = findings.number[6:14]
    findings.birth_date = _birth(typed, findings.today)
    if typed and not _can_become_birth(typed, findings.today):
        findings.complain("number-birth-date", _birth_complaint(typed, findings.today))
    if len(findings.number) >= 17 and findings.birth_date:
        findings.sex = _sex(findings.number[16])


def _look_at_check(findings: _Findings) -> None:
    if check_character(findings.number[:17]) != findings.number[17]:
        findings.complain("number-check", "号码与最后一位校验码对不上，可能有一位抄错，请对照证件逐位核对。")


def _look_at_old_form(findings: _Findings) -> None:
    """The 15-digit numbers issued until 1999, invalid since 2013-01-01; they are still on old papers."""
    number = findings.number
    if len(number) < 15:
        findings.complain(
            "number-birth-date",
            "第7至10位应是4位数的出生年份，请核对；15位的旧身份证号码已经停用，请填18位号码。",
        )
        return
    findings.complain("number-obsolete", "这是15位的旧身份证号码，已经停用，请填写现在身份证上的18位号码。")
    findings.birth_date = _birth("19" + number[6:12], findings.today)
    findings.sex = _sex(number[14])
    upgraded = f"{number[:6]}19{number[6:]}"
    findings.hints.append(
        f"按旧号码推算，18位号码是{upgraded}{check_character(upgraded)}，请对照现在的身份证或户口簿核对后再填。"
    )


def _is_old_form(number: str, today: date, *, partial: bool) -> bool:
    """Whether `number` reads as 15 digits with a two-digit birth year and cannot be an 18-digit one."""
    if not set(_DIGITS).issuperset(number) or len(number) > 15:
        return False
    if not _can_become_birth(number[6:14], today):
        return (partial or len(number) == 15) and _can_become_birth("19" + number[6:12], today)
    return not partial and len(number) == 15 and _birth("19" + number[6:12], today) is not None


def _birth(text: str, today: date) -> date | None:
    """The date of eight digits when somebody alive today could have been born on it."""
    if len(text) < 8:
        return None
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
    return born if born <= today and _age(born, today) <= MAXIMUM_AGE else None


def _can_become_birth(typed: str, today: date) -> bool:
    """Whether some possible birth date starts with these up to eight digits."""
    if len(typed) == 8:
        return _birth(typed, today) is not None
    years = [year for year in range(_earliest(today), today.year + 1) if f"{year:04d}".startswith(typed[:4])]
    if len(typed) <= 4:
        return bool(years)
    return any(
        f"{day:%m%d}".startswith(typed[4:8]) and day <= today and _age(day, today) <= MAXIMUM_AGE
        for year in years
        for month in range(1, 13)
        for day in (date(year, month, number + 1) for number in range(monthrange(year, month)[1]))
    )


def _earliest(today: date) -> int:
    return max(1, today.year - MAXIMUM_AGE - 1)


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _birth_complaint(typed: str, today: date) -> str:
    if len(typed) == 8:
        try:
            born = date(int(typed[:4]), int(typed[4:6]), int(typed[6:8]))
        except ValueError:
            return f"号码里的出生日期{typed[:4]}年{typed[4:6]}月{typed[6:8]}日不存在，请核对第7至14位。"
        if born > today:
            return "号码里的出生日期比今天还晚，请核对第7至14位；电脑日期不对也会这样。"
        return f"按号码推算已超过{MAXIMUM_AGE}岁，请核对第7至14位。"
    return "号码里的出生年月日不对，请核对第7位以后的数字。"


def _sex(digit: str) -> Sex:
    return Sex.MALE if int(digit) % 2 else Sex.FEMALE
