"""Numbers: written and read back alike, and no slip of the pen makes another good number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.check_character import is_valid
from stationapp.domain.numbers import (
    ENQUIRY_ALPHABET,
    AnyNumber,
    BatchNumber,
    CaseNumber,
    DocumentNumber,
    EnquiryCode,
    ReceiptNumber,
    parse_batch_number,
    parse_case_number,
    parse_document_number,
    parse_enquiry_code,
    parse_receipt_number,
    recognise_number,
)
from stationapp.domain.refusal import Refused

DAY = date(2026, 11, 21)
STATION = "510704104226"
STATIONS = st.text("0123456789", min_size=12, max_size=12)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
SLOTS, COUNTS = st.integers(1, 99), st.integers(1, 9999)
RECEIPTS = st.builds(ReceiptNumber, STATIONS, DAYS, SLOTS, COUNTS)
BATCHES = st.builds(BatchNumber, STATIONS, DAYS, SLOTS, COUNTS)
CASES = st.builds(CaseNumber, st.text("0123456789", min_size=6, max_size=6), DAYS, st.integers(1, 999_999))
DOCUMENTS = st.builds(
    DocumentNumber,
    st.sampled_from(["游仙沉抗补告", "游仙信义收", "游仙人社准决"]),
    st.integers(2000, 2099),
    st.integers(0, 99),
    st.integers(1, 999_999),
)
ENQUIRIES = st.builds(EnquiryCode.from_random, st.binary(min_size=16, max_size=32))
ANY = st.one_of(RECEIPTS, BATCHES, CASES, DOCUMENTS, ENQUIRIES)


def code_of(parse: Callable[[str], AnyNumber], text: str) -> str:
    with pytest.raises(Refused) as refused:
        parse(text)
    (reason,) = refused.value.reasons
    assert reason.text.endswith("。")
    return reason.code


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def test_numbers_are_written_as_printed() -> None:
    receipt = str(ReceiptNumber(STATION, DAY, 1, 7))
    assert receipt[:-1] == "510704104226-20261121-010007"
    assert is_valid(receipt)
    assert str(BatchNumber(STATION, DAY, 1, 3))[:-1] == "510704104226-20261121-P010003"
    assert str(CaseNumber("510704", DAY, 1)) == "510704-20261121-000001"
    assert str(DocumentNumber("游仙沉抗补告", 2026, 1, 7)) == "游仙沉抗补告〔2026〕010007号"


@given(ANY)
def test_every_number_is_recognised_as_what_it_is(number: AnyNumber) -> None:
    assert recognise_number(str(number)) == number


@given(ANY)
def test_width_case_blanks_and_missing_hyphens_do_not_matter(number: AnyNumber) -> None:
    text = str(number)
    typed = [text.lower(), text.replace("-", ""), full_width(text), f"　{text.replace('-', ' – ')} "]
    assert [recognise_number(variant) for variant in typed] == [number] * len(typed)


@given(RECEIPTS | BATCHES, st.sampled_from("0123456789XP"))
def test_no_single_wrong_character_makes_another_station_number(
    number: ReceiptNumber | BatchNumber, wrong: str
) -> None:
    text = str(number).replace("-", "")
    for place, right in enumerate(text):
        if wrong != right:
            assert recognise_number(text[:place] + wrong + text[place + 1 :]) is None


@given(RECEIPTS | BATCHES, st.integers(1, 2))
def test_no_swap_makes_another_station_number(number: ReceiptNumber | BatchNumber, distance: int) -> None:
    text = str(number).replace("-", "")
    for place in range(len(text) - distance):
        swapped = list(text)
        swapped[place], swapped[place + distance] = swapped[place + distance], swapped[place]
        if swapped != list(text):
            assert recognise_number("".join(swapped)) is None


@given(BATCHES)
def test_a_batch_number_without_its_letter_is_no_receipt_number(number: BatchNumber) -> None:
    assert code_of(parse_receipt_number, str(number).replace("P", "")) == "number-check"


@given(ENQUIRIES, st.sampled_from(ENQUIRY_ALPHABET), st.data())
def test_every_single_slip_and_every_swap_in_an_enquiry_code_is_caught(
    code: EnquiryCode, wrong: str, data: st.DataObject
) -> None:
    text = code.characters
    for place, right in enumerate(text):
        if wrong != right:
            assert code_of(parse_enquiry_code, text[:place] + wrong + text[place + 1 :]) == "number-check"
    one, other = sorted(data.draw(st.sets(st.integers(0, 8), min_size=2, max_size=2)))
    swapped = text[:one] + text[other] + text[one + 1 : other] + text[one] + text[other + 1 :]
    if swapped != text:
        assert code_of(parse_enquiry_code, swapped) == "number-check"


def test_enquiry_codes_use_no_characters_that_look_alike() -> None:
    assert not set("012BDILOQSUVZ") & set(ENQUIRY_ALPHABET)
    assert len(set(ENQUIRY_ALPHABET)) == 23
    assert len(str(EnquiryCode.from_random(bytes(16)))) == 11


def test_enquiry_codes_spread_over_the_whole_alphabet() -> None:
    largest = (23**8 - 1).to_bytes(16, "big")
    assert EnquiryCode.from_random(bytes(16)).body == "3" * 8
    assert EnquiryCode.from_random(largest).body == "Y" * 8
    assert EnquiryCode.from_random((23**8).to_bytes(16, "big")).body == "3" * 8


@pytest.mark.parametrize("random", [b"", bytes(15)])
def test_an_enquiry_code_is_not_made_from_too_little_randomness(random: bytes) -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        EnquiryCode.from_random(random)


@pytest.mark.parametrize(
    ("parse", "text", "code"),
    [
        (parse_receipt_number, "", "number-shape"),
        (parse_receipt_number, "510704104226-20261121-010007", "number-shape"),
        (parse_receipt_number, "51070410422A-20261121-0100070", "number-shape"),
        (parse_batch_number, "510704104226-20261121-0100070", "number-shape"),
        (parse_case_number, "510704-20261121-00001", "number-shape"),
        (parse_case_number, "510704-20261121-000000", "number-serial"),
        (parse_case_number, "510704-20261131-000001", "number-day"),
        (parse_case_number, "510704-19991231-000001", "number-day"),
        (parse_document_number, "游仙沉抗补告2026010007号", "number-shape"),
        (parse_document_number, "游仙沉抗补告〔2026〕0100007号", "number-shape"),
        (parse_document_number, "游仙沉抗补告〔2026〕010000号", "number-serial"),
        (parse_document_number, "游仙沉抗补告〔1026〕010001号", "number-serial"),
        (parse_enquiry_code, "345-678", "number-shape"),
        (parse_enquiry_code, "345-678-9AO", "number-shape"),
    ],
)
def test_a_mistyped_number_is_explained(parse: Callable[[str], AnyNumber], text: str, code: str) -> None:
    assert code_of(parse, text) == code


@pytest.mark.parametrize(
    ("day", "serial", "code"),
    [
        ("20260230", "010007", "number-day"),
        ("20261121", "000007", "number-serial"),
        ("20261121", "010000", "number-serial"),
    ],
)
def test_a_right_check_does_not_excuse_an_impossible_day_or_serial(day: str, serial: str, code: str) -> None:
    sound = [f"{STATION}{day}{serial}{check}" for check in "0123456789X"]
    right = next(text for text in sound if is_valid(text))
    assert code_of(parse_receipt_number, right) == code


@pytest.mark.parametrize(
    "text", ["游仙沉抗补告[2026]010007", "游仙沉抗补告（2026）010007号", "游仙沉抗补告 【2026】 010007 号"]
)
def test_a_document_number_is_read_with_any_brackets(text: str) -> None:
    assert parse_document_number(text) == DocumentNumber("游仙沉抗补告", 2026, 1, 7)


@pytest.mark.parametrize("text", ["", "低保", "13800000000", "510704196503120018", "王䶮", "abcdefghi"])
def test_other_search_words_are_no_numbers(text: str) -> None:
    assert recognise_number(text) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_recognition(text: str) -> None:
    number = recognise_number(text)
    assert number is None or recognise_number(str(number)) == number


@pytest.mark.parametrize(
    "make",
    [
        lambda: ReceiptNumber("51070410422", DAY, 1, 1),
        lambda: ReceiptNumber(STATION, DAY, 0, 1),
        lambda: ReceiptNumber(STATION, DAY, 100, 1),
        lambda: BatchNumber(STATION, DAY, 1, 0),
        lambda: BatchNumber(STATION, DAY, 1, 10_000),
        lambda: BatchNumber(STATION, date(1999, 12, 31), 1, 1),
        lambda: CaseNumber("51070", DAY, 1),
        lambda: CaseNumber("510704", DAY, 1_000_000),
        lambda: DocumentNumber("游", 2026, 1, 1),
        lambda: DocumentNumber("游仙〔收", 2026, 1, 1),
        lambda: DocumentNumber("游仙（收", 2026, 1, 1),
        lambda: DocumentNumber("游" * 18, 2026, 1, 1),
        lambda: DocumentNumber("游仙收", 2026, 100, 1),
        lambda: DocumentNumber("游仙收", 2026, 1, 0),
        lambda: DocumentNumber("游仙收", 26, 1, 1),
        lambda: EnquiryCode("0000000O"),
        lambda: EnquiryCode("345"),
    ],
)
def test_a_number_out_of_its_bounds_cannot_be_made(make: Callable[[], AnyNumber]) -> None:
    with pytest.raises(ValueError, match=r"^an? "):
        make()


def test_the_longest_document_number_fits_the_national_field() -> None:
    assert len(str(DocumentNumber("游" * 17, 2026, 1, 1))) == 30
