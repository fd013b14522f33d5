"""Finds the font files that window and paper share.

No font is part of the source: set-up puts Noto Sans SC into a cache, Debian's fonts-hanazono brings HanaMin
for rare characters in names, and a bundle carries them all. Every file named here has TrueType outlines,
because reportlab can embed no others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stationapp.platform.resources import resource
from stationapp.platform.unavailable import Unavailable

REGULAR = "NotoSansSC-Regular.ttf"
BOLD = "NotoSansSC-Bold.ttf"
# With Noto Sans SC it holds every ideograph of GB 18030-2022; its sister HanaMinA would add none.
RARE = ("HanaMinB.ttf",)
# Common on Chinese Linux desktops; they keep papers readable where set-up could not fetch Noto Sans SC.
SUBSTITUTES = (
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "simhei.ttf",
)
SYSTEM_SUBFOLDERS = ("", "truetype", "truetype/hanazono", "truetype/wqy", "truetype/droid", "wqy", "hanazono")


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font files: `regular` and `bold` for text, `fallbacks` in the order to ask for a character they lack.

    `bold` is `regular` where no bold file is installed: window and paper then thicken the strokes themselves.
    `missing` names the files of the intended set that were not found; their characters are drawn as a box
    with the code point.
    """

    regular: Path
    bold: Path
    fallbacks: tuple[Path, ...]
    missing: tuple[str, ...]

    @property
    def has_bold(self) -> bool:
        """Whether bold text has a font of its own."""
        return self.bold != self.regular


def cache_folder() -> Path:
    """Where set-up keeps the fonts it makes: $STATIONAPP_FONTS, else the user's cache."""
    chosen = os.environ.get("STATIONAPP_FONTS")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("stationapp", appauthor=False) / "fonts"


def _bundled_folder() -> tuple[Path, ...]:
    try:
        return (resource("fonts"),)
    except Unavailable:
        return ()  # A checkout and a plain installation carry no fonts.


def _system_folders() -> tuple[Path, ...]:
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",)
    home = Path.home()
    roots = (
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    )
    return tuple(root / subfolder for root in roots for subfolder in SYSTEM_SUBFOLDERS)


def _first(name: str, folders: Iterable[Path]) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _first_of(names: Iterable[str], folders: tuple[Path, ...]) -> Path | None:
    return next((path for name in names if (path := _first(name, folders))), None)


def find_fonts() -> Fonts:
    """The fonts of this machine.

    Looks in $STATIONAPP_FONTS, the bundle, set-up's cache and the system's folders, in this order.
    Raises Unavailable when there is no font at all that can print Chinese.
    """
    folders = (cache_folder(), *_bundled_folder(), *_system_folders())
    found = {name: path for name in (REGULAR, BOLD, *RARE) if (path := _first(name, folders))}
    regular = found.get(REGULAR) or _first_of(SUBSTITUTES, folders)
    if regular is None:
        raise Unavailable(
            "没有找到可用的中文字体，暂时不能打印。请重新安装本程序。", detail="no TrueType Chinese font"
        )
    return Fonts(
        regular=regular,
        bold=found.get(BOLD, regular),
        fallbacks=tuple(found[name] for name in RARE if name in found),
        missing=tuple(name for name in (REGULAR, *RARE) if name not in found),
    )
