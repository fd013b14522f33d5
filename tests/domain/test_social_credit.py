"""Social credit codes: codes of public bodies from published item lists, and every slip at each place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.social_credit import (
    check_social_credit,
    check_social_credit_partial,
    social_credit_check_character,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PUBLISHED = ["11511301MB1P96705T", "12441500196720244T"]


@st.composite
def sound_codes(draw: st.DrawFn) -> str:
    first = draw(st.text(ALPHABET, min_size=2, max_size=2)) + draw(
        st.text("0123456789", min_size=6, max_size=6)
    )
    first += draw(st.text(ALPHABET, min_size=9, max_size=9))
    return first + social_credit_check_character(first)


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_are_valid(code: str) -> None:
    assert check_social_credit(code).is_valid
    assert check_social_credit(f" {code[:8].lower()}　{code[8:]} ").number == code


@given(sound_codes())
def test_a_sound_code_draws_no_complaint_while_it_is_typed(code: str) -> None:
    assert check_social_credit(code).is_valid
    for length in range(len(code) + 1):
        assert check_social_credit_partial(code[:length]).is_valid


@given(sound_codes())
def test_every_single_wrong_character_is_caught(code: str) -> None:
    for place in range(len(code)):
        for wrong in set(ALPHABET) - {code[place]}:
            assert not check_social_credit(code[:place] + wrong + code[place + 1 :]).is_valid


@given(sound_codes())
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    for place in range(len(code) - 1):
        left, right = code[place], code[place + 1]
        if left != right:
            assert not check_social_credit(code[:place] + right + left + code[place + 2 :]).is_valid


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "credit-missing", "请填写"),
        ("1151130IMB1P96705T", "credit-character", "第8位“I”不对"),
        ("115113A1MB1P96705T", "credit-character", "第3至8位是数字"),
        ("11511301MB1P96705中", "credit-character", "第18位"),
        ("11511301MB1P96705", "credit-length", "还少1位"),
        ("11511301MB1P96705TT", "credit-length", "多了1位"),
        ("11511301MB1P96706T", "credit-check", "校验码"),
        ("008457061", "credit-length", "现在是9位"),
    ],
)
def test_a_wrong_code_is_explained(text: str, code: str, words: str) -> None:
    check = check_social_credit(text)
    assert [reason.code for reason in check.reasons] == [code]
    assert words in check.reasons[0].text


def test_a_lookalike_letter_is_told_while_typing() -> None:
    assert "看清是不是0" in check_social_credit_partial("1O").reasons[0].text


@pytest.mark.parametrize(("text", "hint"), [("510704000001234", "注册号"), ("00845706-1", "组织机构代码")])
def test_codes_of_older_papers_are_recognised(text: str, hint: str) -> None:
    assert hint in check_social_credit(text).hints[0]


@given(st.text(max_size=20))
def test_no_text_breaks_the_check(text: str) -> None:
    assert check_social_credit(text).number == check_social_credit_partial(text).number


@pytest.mark.parametrize("first", ["", "1151130IMB1P96705", "11511301MB1P96705T"])
def test_only_seventeen_characters_of_the_alphabet_get_a_check_character(first: str) -> None:
    with pytest.raises(ValueError, match="17 characters"):
        social_credit_check_character(first)
