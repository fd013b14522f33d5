"""The font chain: a character is drawn by a font that has it or shown as missing; never as another one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.documents import fonts
from stationapp.documents.fonts import BOX_WIDTH, font_chain, installed_chain
from stationapp.documents.forms import decision
from stationapp.documents.preview import extract_text
from stationapp.platform.fonts import Fonts, find_fonts

needs_all_fonts = pytest.mark.skipif(bool(find_fonts().missing), reason="set-up has not fetched all fonts")


def test_a_fallback_file_is_not_opened_for_everyday_text() -> None:
    nowhere = Path("/nowhere/no-such-font.ttf")
    found = find_fonts()
    chain = font_chain(Fonts(found.regular, found.bold, (nowhere,), ()))
    assert [run.font for run in chain.runs("绵阳市游仙区魏城镇 2026年 吴䶮")] == [found.regular.stem]


@needs_all_fonts
def test_a_name_is_split_into_the_runs_of_the_fonts_that_have_its_characters() -> None:
    runs = installed_chain().runs("王𡋾先生")
    assert [(run.text, run.font) for run in runs] == [
        ("王", "NotoSansSC-Regular"),
        ("𡋾", "HanaMinB"),
        ("先生", "NotoSansSC-Regular"),
    ]


@needs_all_fonts
def test_a_private_use_code_point_is_never_drawn_with_what_a_font_happens_to_keep_there() -> None:
    hanamin = fonts._face(find_fonts().fallbacks[0])
    private = [chr(code) for code in range(0xE000, 0xF900) if hanamin.has(chr(code))]
    for character in (*private[:5], "\ue81e"):
        assert installed_chain().runs(character) == (fonts.Run(character, None),)


def test_a_character_no_font_has_is_drawn_as_a_box_with_its_code_point(press: Any) -> None:
    assert installed_chain().missing("王\U00031350\U00031350某") == ("\U00031350",)
    text = extract_text(press.data("decision", replace(decision.sample(), applicant="王\U00031350某")))
    assert "王U+31350某" in "".join(text.split())


def test_the_box_takes_the_room_the_measure_says() -> None:
    assert installed_chain().width("\U00031350", 10) == pytest.approx(10 * BOX_WIDTH)


def test_invisible_characters_take_no_room_and_leave_the_text_whole() -> None:
    chain = installed_chain()
    assert chain.width("钟\u200b某\ufeff", 10) == chain.width("钟某", 10)
    assert "".join(run.text for run in chain.runs("钟\u200b某\ufeff")) == "钟某"


def test_bold_text_without_a_bold_file_is_thickened() -> None:
    found = find_fonts()
    chain = font_chain(Fonts(found.regular, found.regular, (), ()))
    assert chain.runs("受理", bold=True)[0].stroke > 0
    assert chain.runs("受理")[0].stroke == 0


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x9FFF), max_size=40))
def test_runs_lose_nothing_and_their_widths_add_up(text: str) -> None:
    chain = font_chain(Fonts(find_fonts().regular, find_fonts().bold, (), ()))
    visible = "".join(character for character in text if character not in fonts._INVISIBLE)
    runs = chain.runs(text)
    assert "".join(run.text for run in runs) == visible
    assert sum(chain.width(run.text, 9) for run in runs) == pytest.approx(chain.width(text, 9))
