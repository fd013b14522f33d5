"""Set-up: finds fonts where the program does, hides addresses, does nothing twice, names what is missing."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from stationapp.platform import fonts as program_fonts

SETUP = Path(__file__).resolve().parents[2] / "packaging" / "setup"
MODULES = ("bootstrap", "commands", "convert_font", "environment", "fonts", "messages", "system_packages")


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """Set-up's modules by name, loaded as its own script would load them."""
    monkeypatch.syspath_prepend(str(SETUP))
    assert not set(MODULES) & set(sys.modules)
    yield {name: importlib.import_module(name) for name in MODULES}
    for name in MODULES:
        del sys.modules[name]


def test_set_up_and_program_look_for_fonts_in_the_same_place(
    setup: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert setup["fonts"].folder() == program_fonts.cache_folder()
    monkeypatch.delenv("STATIONAPP_FONTS")
    assert setup["fonts"].folder() == program_fonts.cache_folder()
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert setup["fonts"].folder() == program_fonts.cache_folder()
    assert (setup["fonts"].NOTO, setup["fonts"].HANAMIN) == (program_fonts.REGULAR, program_fonts.RARE)


def test_a_failed_command_shows_its_end_without_addresses(setup: dict[str, ModuleType]) -> None:
    program = "import sys; print('from https://example.org/a'); sys.exit('磁盘已满')"
    with pytest.raises(setup["messages"].SetupFailed) as failure:
        setup["commands"].run_quietly([sys.executable, "-c", program])
    shown = str(failure.value).split("its output:")[1]
    assert "磁盘已满" in shown
    assert "from …" in shown


def test_a_package_that_stands_in_for_another_counts(
    setup: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = setup["system_packages"]
    listing = "ii \tlibglib2.0-0t64\tlibglib2.0-0 (= 2.80)\nrc \tgone\t\nii \tmake\t\n"
    monkeypatch.setattr(packages, "run_quietly", lambda command: listing)
    assert packages.missing_packages(["make", "libglib2.0-0", "gone"]) == ("gone",)


def test_who_may_not_install_is_told_what_to_ask_for(
    setup: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup["system_packages"], "administrator_prefix", lambda: None)
    assert setup["system_packages"].install(("libegl1", "xvfb")) is False
    assert "请管理员执行：apt-get install libegl1 xvfb" in capsys.readouterr().out


def test_an_environment_is_refilled_only_when_the_pins_change(
    setup: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = setup["environment"]
    pins = tmp_path / "constraints.txt"
    pins.write_text("a==1\n")
    monkeypatch.setattr(environment, "CONSTRAINTS", pins)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "setup.json")
    assert environment.installed_extras() is None
    environment.STAMP.write_text(json.dumps({"fingerprint": environment.fingerprint(), "extras": "dev"}))
    assert environment.installed_extras() == "dev"
    pins.write_text("a==2\n")
    assert environment.installed_extras() is None


def test_every_purpose_has_packages_and_extras(setup: dict[str, ModuleType]) -> None:
    assert set(setup["system_packages"].PURPOSES) == set(setup["environment"].EXTRAS)
    assert setup["bootstrap"].main(["elsewhere"]) == 2


def test_a_font_with_cubic_outlines_becomes_one_reportlab_can_embed(
    setup: dict[str, ModuleType], tmp_path: Path
) -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from reportlab.pdfbase.ttfonts import TTFontFile

    pen = T2CharStringPen(600, None)
    pen.moveTo((50, 0))
    pen.curveTo((50, 400), (550, 400), (550, 0))
    pen.closePath()
    round_shape = pen.getCharString()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "uni4E00"])
    builder.setupCharacterMap({0x4E00: "uni4E00"})
    builder.setupCFF(
        "Test", {}, {".notdef": T2CharStringPen(600, None).getCharString(), "uni4E00": round_shape}, {}
    )
    builder.setupHorizontalMetrics({".notdef": (600, 0), "uni4E00": (600, 50)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Test", "styleName": "Regular", "psName": "Test"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "cubic.otf")
    setup["convert_font"].convert(tmp_path / "cubic.otf", tmp_path / "quadratic.ttf")
    assert set(TTFontFile(str(tmp_path / "quadratic.ttf")).charToGlyph) >= {0x4E00}
