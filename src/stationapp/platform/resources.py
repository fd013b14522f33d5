"""Finds the files under `resources/`, wherever the program was started from."""

from __future__ import annotations

import sys
from pathlib import Path

from stationapp.platform.unavailable import Unavailable

FOLDER = "resources"
PACKAGE = Path(__file__).resolve().parents[1]


def _candidates() -> tuple[Path, ...]:
    """The places of the folder: in a bundle, in an installed package, in a checkout."""
    bundle = getattr(sys, "_MEIPASS", None)
    places = [PACKAGE / FOLDER]
    if bundle is not None:
        places.insert(0, Path(bundle) / FOLDER)
    if PACKAGE.parent.name == "src":
        places.append(PACKAGE.parents[1] / FOLDER)
    return tuple(places)


def resource(*parts: str) -> Path:
    """The file or folder `resources/<parts>`; `resource()` is the folder itself.

    Raises Unavailable with a Chinese sentence when it is not there.
    """
    for place in _candidates():
        found = place.joinpath(*parts)
        if found.exists():
            return found
    wanted = "/".join(parts) or FOLDER
    raise Unavailable(f"程序文件不完整，缺少“{wanted}”，请重新安装本程序。", detail=f"no resource {wanted}")
