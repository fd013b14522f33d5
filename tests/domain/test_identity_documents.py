"""Identity numbers: what is refused, what is only hinted at, and what is said while typing.

All numbers are invented; their check characters are computed here or fit by construction.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.check_character import check_character
from stationapp.domain.identity_documents import (
    DEFAULT_DOCUMENT_CODES,
    DocumentKind,
    IdentityCheck,
    Sex,
    check_identity,
    check_partial,
    document_code,
)

TODAY = date(2026, 11, 21)
RESIDENT = DocumentKind.RESIDENT_ID
OLDEST = date(1895, 11, 22)  # Still 130 on that day, 131 on the next.
POSSIBLE_BIRTHS = [f"{OLDEST + timedelta(days=n):%Y%m%d}" for n in range((TODAY - OLDEST).days + 1)]
BIRTHS = st.dates(date(1897, 1, 1), TODAY)
SERIALS = st.integers(0, 999)


def number(born: date | str, serial: int = 11, area: str = "510704") -> str:
    birth = born if isinstance(born, str) else f"{born:%Y%m%d}"
    first = f"{area}{birth}{serial:03d}"
    return first + check_character(first)


def codes(check: IdentityCheck) -> list[str]:
    return [reason.code for reason in check.reasons]


@given(BIRTHS, SERIALS, st.integers(110000, 659999))
def test_a_sound_resident_number_tells_birth_and_sex_whatever_its_area(
    born: date, serial: int, area: int
) -> None:
    text = number(born, serial, str(area))
    check = check_identity(RESIDENT, text, TODAY)
    assert check.is_valid
    assert check.birth_date == born
    assert check.sex is (Sex.MALE if serial % 2 else Sex.FEMALE)
    assert not check.hints


@given(BIRTHS, SERIALS)
def test_a_number_that_will_be_valid_draws_no_complaint_while_it_is_typed(born: date, serial: int) -> None:
    text = number(born, serial)
    for length in range(len(text) + 1):
        assert check_partial(RESIDENT, text[:length], TODAY).is_valid, text[:length]


@given(st.text("0123456789", max_size=17) | st.builds("510704{}".format, st.integers(1890, 20270000)))
def test_a_beginning_is_accepted_exactly_when_some_ending_makes_it_valid(beginning: str) -> None:
    completable = any(birth.startswith(beginning[6:14]) for birth in POSSIBLE_BIRTHS)
    assert check_partial(RESIDENT, beginning, TODAY).is_valid is completable


@given(BIRTHS, SERIALS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_caught(born: date, serial: int, place: int, wrong: str) -> None:
    text = number(born, serial)
    if text[place] != wrong:
        spoiled = text[:place] + wrong + text[place + 1 :]
        assert not check_identity(RESIDENT, spoiled, TODAY).is_valid


@pytest.mark.parametrize("born", ["19600229", "19900101", "19210615"])
def test_elderly_people_of_a_renamed_county_are_not_refused(born: str) -> None:
    for area in ("510702", "510704", "510721", "510724"):
        assert check_identity(RESIDENT, number(born, area=area), TODAY).is_valid


def test_width_blanks_and_a_small_x_are_evened_out() -> None:
    text = next(n for n in (number("19650312", serial) for serial in range(30)) if n.endswith("X"))
    typed = f" ５１０７０４ {text[6:14]}　{text[14:17]}ｘ "
    assert check_identity(RESIDENT, typed, TODAY).number == text
    assert check_identity(RESIDENT, typed, TODAY).is_valid


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "number-missing", "请填写"),
        ("51070419650312001", "number-shape", "少了1位"),
        (number("19650312") + "1", "number-shape", "多了1位"),
        ("5107041965031O0011", "number-shape", "第14位“O”不对"),
        ("51070419650312X018", "number-shape", "第15位“X”不对"),
        (number("19650230"), "number-birth-date", "1965年02月30日不存在"),
        (number("20990101"), "number-birth-date", "比今天还晚"),
        (number("20261122"), "number-birth-date", "比今天还晚"),
        (number("18951120"), "number-birth-date", "超过130岁"),
    ],
)
def test_a_wrong_resident_number_is_explained(text: str, code: str, words: str) -> None:
    check = check_identity(RESIDENT, text, TODAY)
    assert codes(check) == [code]
    assert words in check.reasons[0].text


def test_a_wrong_check_character_is_explained() -> None:
    text = number("19650312")
    wrong = text[:-1] + ("0" if text[-1] != "0" else "1")
    for look in (check_identity, check_partial):
        assert codes(look(RESIDENT, wrong, TODAY)) == ["number-check"]


def test_born_today_and_130_years_old_are_possible() -> None:
    assert check_identity(RESIDENT, number(TODAY), TODAY).is_valid
    assert check_identity(RESIDENT, number("18961121"), TODAY).is_valid
    assert check_identity(RESIDENT, number("18951122"), TODAY).is_valid
    assert not check_identity(RESIDENT, number("18951121"), TODAY).is_valid


@pytest.mark.parametrize(
    ("typed", "complains"),
    [("510704", False), ("5107041", False), ("51070418", False), ("510704196513", True),
     ("510704196502", False), ("51070419650230", True), ("5107042027", True), ("5107041x", True),
     ("51070420261122", True)],
)  # fmt: skip
def test_an_impossible_beginning_is_told_at_once(typed: str, complains: bool) -> None:
    assert check_partial(RESIDENT, typed, TODAY).is_valid is not complains


def test_an_unknown_area_is_only_a_hint() -> None:
    check = check_identity(RESIDENT, number("19650312", area="990101"), TODAY)
    assert check.is_valid
    assert "永久居留" in check.hints[0]
    assert "地区代码" in check_identity(RESIDENT, number("19650312", area="000000"), TODAY).hints[0]


def test_an_old_15_digit_number_is_explained_and_the_new_one_is_proposed() -> None:
    check = check_identity(RESIDENT, "510704650312001", TODAY)
    assert codes(check) == ["number-obsolete"]
    assert number("19650312", 1) in check.hints[0]
    assert (check.birth_date, check.sex) == (date(1965, 3, 12), Sex.MALE)
    assert check_partial(RESIDENT, "510704650312001", TODAY) == check


def test_an_old_number_whose_year_could_begin_a_long_one_is_told_when_it_is_complete() -> None:
    old = "510704191012102"
    assert check_partial(RESIDENT, old, TODAY).is_valid
    assert codes(check_identity(RESIDENT, old, TODAY)) == ["number-obsolete"]


def test_15_digits_without_a_possible_birth_are_not_taken_for_an_old_number() -> None:
    check = check_identity(RESIDENT, "510704651312001", TODAY)
    assert codes(check) == ["number-shape"]
    assert not check.hints


def test_typing_an_old_number_is_told_with_its_first_impossible_year() -> None:
    check = check_partial(RESIDENT, "5107046", TODAY)
    assert codes(check) == ["number-birth-date"]
    assert "15位" in check.reasons[0].text


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_residence_permits_of_hong_kong_macao_and_taiwan(area: str) -> None:
    text = number("19880808", area=area)
    check = check_identity(DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, text, TODAY)
    assert check.is_valid
    assert check.birth_date == date(1988, 8, 8)
    as_resident = check_identity(RESIDENT, text, TODAY)
    assert as_resident.is_valid
    assert "港澳台" in as_resident.hints[0]


def test_a_residence_permit_with_another_area_is_refused() -> None:
    check = check_identity(DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, number("19880808"), TODAY)
    assert codes(check) == ["number-area"]


def test_the_new_permanent_residence_number_is_checked_but_its_inside_is_not() -> None:
    kind = DocumentKind.PERMANENT_RESIDENCE_2023
    dated, odd = number("19880808", area="951840"), number("99999999", area="951840")
    assert check_identity(kind, dated, TODAY).birth_date == date(1988, 8, 8)
    assert check_identity(kind, odd, TODAY).is_valid
    assert check_identity(kind, odd, TODAY).birth_date is None
    spoiled = odd[:-1] + ("0" if odd[-1] != "0" else "1")
    assert codes(check_identity(kind, spoiled, TODAY)) == ["number-check"]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (DocumentKind.PERMANENT_RESIDENCE_2017, "usa110088080812", "US1110088080812"),
        (DocumentKind.PERMANENT_RESIDENCE_2023, number("19880808", area="951840"), number("19880808")),
        (DocumentKind.MAINLAND_TRAVEL_PERMIT, "H12345678", "A12345678"),
        (DocumentKind.MAINLAND_TRAVEL_PERMIT, "m1234567890", "M12345678901"),
        (DocumentKind.MAINLAND_TRAVEL_PERMIT, "M123456789", "M1234567"),
        (DocumentKind.TAIWAN_TRAVEL_PERMIT, "12345678", "1234567"),
        (DocumentKind.PASSPORT, "e12345678", "E1234567-"),
        (DocumentKind.PASSPORT, "AB123", "AB12"),
        (DocumentKind.HOUSEHOLD_REGISTER, "510704123", "户510704123"),
        (DocumentKind.TEMPORARY_RESIDENT_ID, number("20050505"), "51070420050505"),
        (DocumentKind.OTHER, "川字第 0012 号", "长" * 31),
        (DocumentKind.OTHER, "士0012", "士\x070012"),
    ],
)
def test_other_documents_have_their_shapes(kind: DocumentKind, good: str, bad: str) -> None:
    assert check_identity(kind, good, TODAY).is_valid
    assert not check_identity(kind, bad, TODAY).is_valid
    for length in range(len(good) + 1):
        assert check_partial(kind, good[:length], TODAY).is_valid


def test_every_kind_has_a_name_and_a_code() -> None:
    labels = {kind.label for kind in DocumentKind}
    assert len(labels) == len(DocumentKind) == len(DEFAULT_DOCUMENT_CODES)
    assert document_code(RESIDENT).code == "111"
    assert not document_code(DocumentKind.PASSPORT).verified


def test_the_hub_may_set_another_code() -> None:
    kind = DocumentKind.HK_MACAO_TAIWAN_RESIDENCE
    assert document_code(kind, {kind.value: "154"}).code == "154"
    assert document_code(RESIDENT, {kind.value: "154"}).code == "111"


@pytest.mark.parametrize("kind", list(DocumentKind))
@given(text=st.text(max_size=24))
def test_no_text_breaks_a_check_and_a_valid_whole_is_valid_while_typed(kind: DocumentKind, text: str) -> None:
    whole = check_identity(kind, text, TODAY)
    assert not whole.is_valid or check_partial(kind, text, TODAY).is_valid
    assert check_identity(kind, whole.number, TODAY).number == whole.number


def test_sex_has_a_chinese_word() -> None:
    assert [Sex.MALE.label, Sex.FEMALE.label] == ["男", "女"]
