"""Names must read right in the archive: regression tests for the ToUnicode map of embedded fonts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stationapp.documents.forms import decision
from stationapp.documents.preview import extract_text
from stationapp.documents.truetype import unicode_map
from stationapp.platform.fonts import find_fonts

RARE_NAMES = ("吴䶮", "李㛃", "钟𬭎", "王𡋾")
needs_all_fonts = pytest.mark.skipif(bool(find_fonts().missing), reason="set-up has not fetched all fonts")


@needs_all_fonts
@pytest.mark.parametrize("name", RARE_NAMES)
def test_a_rare_name_is_extracted_right_by_two_unrelated_readers(name: str, press: Any, reader: Any) -> None:
    pdf = press.data("decision", replace(decision.sample(), applicant=name))
    for text in (reader.text(pdf), extract_text(pdf)):
        assert name in text


@needs_all_fonts
def test_characters_from_every_block_of_level_3_are_extracted_right(press: Any, reader: Any) -> None:
    # One of each: URO, Ext-A, B, C, D, E, F.
    characters = "龥㐀𠀀𪜀𫝀𫠠𬺰"
    pdf = press.data("decision", replace(decision.sample(), facts=characters))
    for text in (reader.text(pdf), extract_text(pdf)):
        assert characters in text


def test_more_characters_than_one_subset_holds_are_extracted_right(press: Any, reader: Any) -> None:
    # A subset has 256 places; the second and third must be mapped as well as the first.
    characters = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 600))
    pdf = press.data("decision", replace(decision.sample(), facts=characters))
    for text in (reader.text(pdf), extract_text(pdf)):
        assert characters in "".join(text.split())


def test_the_map_writes_utf_16_with_surrogate_pairs_in_blocks_of_a_hundred() -> None:
    text = unicode_map("F", [0, 0x4E00, 0x2CB4E, *range(0x20, 0x20 + 150)])
    assert "<01> <4E00>" in text
    assert "<02> <D872DF4E>" in text
    assert "<00> <" not in text.replace("<00> <FF>", "")
    assert [line for line in text.splitlines() if line.endswith(" beginbfchar")] == [
        "100 beginbfchar",
        "52 beginbfchar",
    ]
