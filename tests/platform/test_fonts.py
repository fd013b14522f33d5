"""The fonts set-up prepares: found in order of preference, readable by reportlab, holding rare characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from stationapp.platform import fonts
from stationapp.platform.fonts import find_fonts
from stationapp.platform.unavailable import Unavailable

# One character of each kind that occurs in names: common, extension A, extension E, extension B.
NAME_CHARACTERS = "王䶮㛃𬭎𡋾𠅤"


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_folders", tuple)


def test_the_prepared_machine_misses_nothing() -> None:
    found = find_fonts()
    assert found.missing == ()
    assert found.regular.name == fonts.REGULAR
    assert [path.name for path in found.fallbacks] == list(fonts.RARE)


def test_reportlab_reads_every_font_and_together_they_hold_rare_names() -> None:
    from reportlab.pdfbase.ttfonts import TTFontFile

    found = find_fonts()
    held: set[int] = set()
    for path in {found.regular, found.bold, *found.fallbacks}:
        held |= set(TTFontFile(str(path)).charToGlyph)
    assert {character for character in NAME_CHARACTERS if ord(character) not in held} == set()


def test_a_folder_of_the_owners_choice_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (fonts.REGULAR, fonts.BOLD, *fonts.RARE):
        (tmp_path / name).touch()
    monkeypatch.setenv("STATIONAPP_FONTS", str(tmp_path))
    found = find_fonts()
    assert found == fonts.Fonts(
        regular=tmp_path / fonts.REGULAR,
        bold=tmp_path / fonts.BOLD,
        fallbacks=tuple(tmp_path / name for name in fonts.RARE),
        missing=(),
    )
    assert found.has_bold


@pytest.mark.usefixtures("no_system_fonts")
def test_a_common_font_stands_in_and_the_missing_ones_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wqy-zenhei.ttc").touch()
    monkeypatch.setenv("STATIONAPP_FONTS", str(tmp_path))
    found = find_fonts()
    assert found.regular == found.bold == tmp_path / "wqy-zenhei.ttc"
    assert not found.has_bold
    assert found.missing == (fonts.REGULAR, *fonts.RARE)


@pytest.mark.usefixtures("no_system_fonts")
def test_no_chinese_font_at_all_is_said_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATIONAPP_FONTS", str(tmp_path))
    with pytest.raises(Unavailable, match="没有找到可用的中文字体"):
        find_fonts()


def test_without_a_choice_the_users_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STATIONAPP_FONTS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert fonts.cache_folder() == tmp_path / "stationapp" / "fonts"
