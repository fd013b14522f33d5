"""The fonts of window and paper, fetched and made ready once in a cache outside the project's folder.

Noto Sans SC comes as cubic outlines in a Python package and is turned into TrueType here. HanaMinB, for
rare characters in names, comes from Debian's fonts-hanazono; without root it is unpacked into the cache.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from commands import run_quietly
from environment import PYTHON
from messages import SetupFailed, say

CONVERTER = Path(__file__).with_name("convert_font.py")
NOTO = "NotoSansSC-Regular.ttf"
NOTO_SOURCE = ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf")
NOTO_SHA256 = "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9"
HANAMIN = ("HanaMinB.ttf",)
HANAMIN_PACKAGE = "fonts-hanazono"
SYSTEM_HANAMIN = Path("/usr/share/fonts/truetype/hanazono")


def folder() -> Path:
    """Where the fonts are kept; `stationapp.platform.fonts` looks there too."""
    chosen = os.environ.get("STATIONAPP_FONTS")
    if chosen:
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "stationapp" / "fonts"


def noto_source() -> Path:
    """The font file inside the installed package, its content checked.

    Raises SetupFailed when the package is not the one that was examined.
    """
    package, name = NOTO_SOURCE
    question = f"import importlib.util as u; print(u.find_spec({package!r}).submodule_search_locations[0])"
    source = Path(run_quietly([PYTHON, "-c", question]).strip()) / name
    if hashlib.sha256(source.read_bytes()).hexdigest() != NOTO_SHA256:
        raise SetupFailed(
            f"字体文件 {name} 与预期不符，不予使用。", f"{name} is not the font that was expected."
        )
    return source


def ensure_noto(target: Path) -> None:
    """Make the TrueType Noto Sans SC, complete or not at all."""
    if target.exists():
        return
    say(
        "正在转换中文字体 Noto Sans SC，约半分钟，仅此一次",
        "Converting Noto Sans SC, once, about half a minute.",
    )
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".making-") as workshop:
        made = Path(workshop) / target.name
        run_quietly([PYTHON, CONVERTER, noto_source(), made])
        made.replace(target)


def ensure_hanamin(cache: Path) -> None:
    """Unpack HanaMin into the cache where the system does not have it."""
    if all((SYSTEM_HANAMIN / name).exists() or (cache / name).exists() for name in HANAMIN):
        return
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        say(
            "没有找到花园明朝字体，生僻字将显示为方框加编码。",
            "HanaMin not found: rare characters show as a box.",
        )
        return
    with tempfile.TemporaryDirectory(dir=cache, prefix=".making-") as workshop:
        try:
            run_quietly(["apt-get", "-qq", "download", HANAMIN_PACKAGE], folder=Path(workshop))
            archive = next(Path(workshop).glob("*.deb"))
            run_quietly(["dpkg", "-x", archive, workshop])
        except SetupFailed as failure:
            say(
                f"生僻字字体没有取到，先继续。\n{failure}",
                "The rare-character font could not be had; going on.",
            )
            return
        for name in HANAMIN:
            next(Path(workshop).rglob(name)).replace(cache / name)


def ensure() -> None:
    """Have every font ready; quick when they are there already."""
    cache = folder()
    cache.mkdir(parents=True, exist_ok=True)
    ensure_noto(cache / NOTO)
    ensure_hanamin(cache)
