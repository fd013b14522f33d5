"""Chinese line breaking."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stationapp.documents.layout.linebreak import _NEVER_FIRST, _NEVER_LAST, break_lines

# Chinese and Latin text as papers have it: mostly characters, some punctuation, numbers, spaces.
TEXT = st.text(alphabet="申请人材料受理，。、；：（）《》“”…—·2026-aZ/ ", max_size=120)


def width_of(text: str) -> float:
    return sum(1.0 if ord(character) > 0xFF else 0.5 for character in text)


def broken(text: str, width: float) -> list[str]:
    return [line.text for line in break_lines(text, width, width_of)]


def test_a_comma_takes_the_character_before_it_to_the_next_line() -> None:
    assert broken("材料齐全，符合法定形式。", 4) == ["材料齐", "全，符合", "法定形", "式。"]


def test_an_opening_mark_does_not_stay_behind() -> None:
    assert broken("根据法《行政许可法》", 4) == ["根据法", "《行政许", "可法》"]


def test_a_dash_is_not_torn_apart() -> None:
    assert broken("办件——受理", 3) == ["办", "件——", "受理"]


def test_a_number_stays_whole_if_a_line_can_hold_it() -> None:
    assert broken("收件号510704-20261121", 8) == ["收件号", "510704-20261121"]


def test_a_number_longer_than_a_line_is_cut_after_a_hyphen() -> None:
    assert broken("510704104201-20261121-0007", 8) == ["510704104201-", "20261121-0007"]


def test_a_line_feed_begins_a_new_paragraph_and_an_empty_text_has_one_line() -> None:
    lines = break_lines("查询\n投诉电话", 4, width_of)
    assert [(line.text, line.ends) for line in lines] == [("查询", True), ("投诉电话", True)]
    assert broken("", 4) == [""]


@given(TEXT, st.integers(1, 30))
def test_no_character_but_spaces_is_ever_lost_or_moved(text: str, width: int) -> None:
    assert "".join(broken(text, width)).replace(" ", "") == text.replace(" ", "")


@given(TEXT, st.integers(1, 30))
def test_no_line_is_too_wide_unless_it_is_a_single_character(text: str, width: int) -> None:
    assert all(width_of(line) <= width or len(line) == 1 for line in broken(text, width))


@given(
    st.lists(st.sampled_from(["申请", "材料，", "（受理）", "《法》", "2026年", "全部。"]), max_size=30),
    st.integers(6, 30),
)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(words: list[str], width: int) -> None:
    lines = broken("".join(words), width)
    assert not any(line[0] in _NEVER_FIRST for line in lines if line)
    assert not any(line[-1] in _NEVER_LAST for line in lines if line)
