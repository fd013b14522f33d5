"""Typed text: what is evened out and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.typed_text import compact, half_width, undashed


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("ＡＢｃ１２３！", "ABc123!"), ("a　b", "a b"), ("1–2—3－4", "1-2-3-4"), ("12\u200b34\ufeff", "1234")],
)
def test_full_width_dashes_blanks_and_invisible_marks_become_plain(typed: str, plain: str) -> None:
    assert half_width(typed) == plain


@pytest.mark.parametrize("text", ["王䶮·𡋾", "〔2026〕。、", "①㎡ﬁ⽟"])
def test_chinese_punctuation_and_rare_characters_stay(text: str) -> None:
    assert half_width(text) == text


def test_numbers_are_compared_without_blanks_case_and_hyphens() -> None:
    assert compact(" ab 12－3ｘ\n") == "AB12-3X"
    assert undashed(" ab 12－3ｘ\n") == "AB123X"


@given(st.text())
def test_evening_out_twice_changes_nothing_more(text: str) -> None:
    assert half_width(half_width(text)) == half_width(text)
    assert undashed(undashed(text)) == undashed(text)
