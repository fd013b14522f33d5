"""The check character: known values, and every slip of the pen it promises to catch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.check_character import check_character, is_valid

DIGITS = st.text("0123456789", min_size=12, max_size=26)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@given(st.text("0123456789", min_size=17, max_size=17))
def test_it_equals_the_weighted_sum_of_the_resident_id_standard(digits: str) -> None:
    total = sum(weight * int(digit) for weight, digit in zip(RESIDENT_WEIGHTS, digits, strict=True))
    assert check_character(digits) == "10X98765432"[total % 11]


@given(DIGITS)
def test_a_number_with_its_check_character_is_valid(digits: str) -> None:
    assert is_valid(digits + check_character(digits))


@given(DIGITS)
def test_every_single_wrong_character_is_caught(digits: str) -> None:
    whole = digits + check_character(digits)
    for place, right in enumerate(whole):
        for wrong in "0123456789X":
            if wrong != right:
                assert not is_valid(whole[:place] + wrong + whole[place + 1 :])


@pytest.mark.parametrize("distance", [1, 2])
@given(digits=DIGITS)
def test_every_swap_of_neighbours_and_every_jump_swap_is_caught(distance: int, digits: str) -> None:
    whole = digits + check_character(digits)
    for place in range(len(whole) - distance):
        characters = list(whole)
        characters[place], characters[place + distance] = characters[place + distance], characters[place]
        if characters != list(whole):
            assert not is_valid("".join(characters))


def test_hyphens_blanks_width_and_case_do_not_matter() -> None:
    check = check_character("510704104226-20261121-010008")
    assert check == check_character("51070410422620261121010008")
    assert is_valid(f" 510704104226–20261121－０10008{check.lower()} ")


@pytest.mark.parametrize("text", ["", "5", "X", "-", "51070X1", "五一〇", "²²"])
def test_text_that_cannot_carry_a_check_character_is_not_valid(text: str) -> None:
    assert not is_valid(text)


@pytest.mark.parametrize("digits", ["", "12a", "１２"])
def test_only_digits_get_a_check_character(digits: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        check_character(digits)
