"""Names: rare characters survive, old code points are modernised, spellings of one name match."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.names import (
    MIDDLE_DOT,
    PRIVATE_TO_STANDARD,
    names_match,
    normalise_name,
    private_characters,
)
from stationapp.domain.refusal import Refused

RARE_NAMES = ["王䶮", "李㛃", "陈𬭎", "赵𡋾", "刘\U000323b0", "周彧頔"]
NAMES = st.text(max_size=120)


def gb_bytes_from_fe50() -> list[bytes]:
    """The 80 double bytes FE50-FEA0, which GBK 1.0 mapped in order to U+E815-E864."""
    return [bytes((0xFE, low)) for low in range(0x50, 0xA1) if low != 0x7F]


def test_the_table_agrees_with_the_gb18030_codec_wherever_the_codec_left_the_private_area() -> None:
    codec = {0xE815 + n: ord(pair.decode("gb18030")) for n, pair in enumerate(gb_bytes_from_fe50())}
    standard = {private: code for private, code in codec.items() if private != code}
    assert len(standard) == 66
    assert standard.items() <= PRIVATE_TO_STANDARD.items()


def test_the_rest_of_the_table_is_the_24_characters_of_the_2022_edition() -> None:
    left = [ord(pair.decode("gb18030")) for pair in gb_bytes_from_fe50()]
    left = [code for code in left if 0xE000 <= code <= 0xF8FF]
    vertical = [*range(0xE78D, 0xE797)]
    for code, pair in zip(
        vertical, ("d9", "da", "db", "dc", "dd", "de", "df", "ec", "ed", "f3"), strict=True
    ):
        assert ord(bytes.fromhex("a6" + pair).decode("gb18030")) == code
    assert len(left) + len(vertical) == 24
    assert set(left) | set(vertical) <= set(PRIVATE_TO_STANDARD)
    assert len(set(PRIVATE_TO_STANDARD.values())) == len(PRIVATE_TO_STANDARD) == 66 + 24 + 1


def test_vertical_forms_become_the_forms_of_the_same_punctuation() -> None:
    marks = [PRIVATE_TO_STANDARD[code] for code in range(0xE78D, 0xE797)]
    assert "".join(unicodedata.normalize("NFKC", chr(mark)) for mark in marks) == ",。、:;!?〖〗..."


@pytest.mark.parametrize("name", RARE_NAMES)
def test_rare_characters_stay_as_they_are(name: str) -> None:
    assert normalise_name(name) == name
    assert not private_characters(name)


def test_old_private_code_points_become_standard_characters() -> None:
    assert normalise_name("王\ue863") == "王䶮"
    assert normalise_name("李\ue81e\ue816") == "李\u9fb4\U00020087"
    assert names_match("王\ue863", "王䶮")


def test_unknown_private_characters_are_kept_and_listed() -> None:
    name = normalise_name("张\ue170")
    assert name == "张\ue170"
    assert private_characters(name) == ("\ue170",)


def test_a_duplicate_code_point_is_composed_but_compatibility_forms_are_kept() -> None:
    assert normalise_name("\uf9d1国强") == "六国强"
    assert normalise_name("ｗ公司（甲）①") == "ｗ公司（甲）①"


@pytest.mark.parametrize("dot", ["·", "•", "‧", "・", "･", "∙", "⋅", "．", ".", " · ", "●"])
def test_every_dot_of_a_minority_name_becomes_the_middle_dot(dot: str) -> None:
    assert normalise_name(f"阿依古丽{dot}买买提") == f"阿依古丽{MIDDLE_DOT}买买提"


def test_a_full_stop_in_a_latin_name_stays() -> None:
    assert normalise_name("John  A. Smith ") == "John A. Smith"


@pytest.mark.parametrize("typed", ["张三", " 张 三 ", "张　三", "张\u200b三", "张三\x00\x00", "张\u00a0三\n"])
def test_blanks_and_invisible_marks_around_han_characters_go(typed: str) -> None:
    assert normalise_name(typed) == "张三"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "name-missing"),
        (" 　\u200b", "name-missing"),
        ("张\x07三", "name-broken"),
        ("张\ufffd", "name-broken"),
        ("张\n三", "name-broken"),
        ("张\u202e三", "name-broken"),
        ("张" + chr(0xD800), "name-broken"),
        ("长" * 101, "name-too-long"),
    ],
)
def test_what_is_no_name_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        normalise_name(text)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [(code, "name")]


def test_length_is_counted_in_code_points() -> None:
    assert len(normalise_name("𬭎" * 100)) == 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阿依古丽·买买提", "阿依古丽.买买提"),
        ("绵阳甲公司(筹)", "绵阳甲公司（筹）"),
        ("WANG Li", "Ｗａｎｇ　ｌｉ"),
        ("龙\ufe00某", "龙某"),
        ("辻\U000e0100某", "辻某"),
        ("⽟某", "玉某"),
    ],
)
def test_spellings_of_one_name_match(one: str, other: str) -> None:
    assert names_match(one, other)


@pytest.mark.parametrize(("one", "other"), [("王䶮", "王龑"), ("张三", "张三丰"), ("李㛃", "李洁")])
def test_different_names_do_not_match(one: str, other: str) -> None:
    assert not names_match(one, other)


@given(NAMES)
def test_a_normalised_name_is_stable_and_matches_its_source(text: str) -> None:
    try:
        name = normalise_name(text)
    except Refused:
        return
    assert normalise_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert names_match(text, name)
