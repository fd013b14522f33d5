"""How large the letters are on this PC; kept beside the store, for the sign-in window needs it too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stationapp.platform.atomic_files import write_atomically
from stationapp.platform.unavailable import Unavailable
from stationapp.ui.style import ELDER_SCALE

_KEY = "text_scale"
NORMAL_SCALE = 1.0
SCALES = (NORMAL_SCALE, ELDER_SCALE)


def read_scale(settings: Path) -> float:
    """The chosen scale; 1.0 when none was chosen or the file says something else."""
    value = _read(settings).get(_KEY)
    return value if value in SCALES else NORMAL_SCALE


def write_scale(settings: Path, scale: float) -> None:
    """Keep a scale beside what else the file holds.

    Raises Unavailable when the file is damaged (other settings in it must not be lost) or the disk does not let us.
    """
    try:
        before = json.loads(settings.read_text("utf-8"))
    except FileNotFoundError:
        before = {}
    except (OSError, ValueError) as error:
        raise Unavailable("读不出本机设置文件，文字大小没有保存。", type(error).__name__) from error
    text = json.dumps({**before, _KEY: scale}, ensure_ascii=False, indent=2)
    write_atomically(settings, text.encode())


def other_scale(scale: float) -> float:
    """The scale the button leads to."""
    return NORMAL_SCALE if scale != NORMAL_SCALE else ELDER_SCALE


def _read(settings: Path) -> dict[str, Any]:
    try:
        found = json.loads(settings.read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # Looks are not worth a complaint: the usual ones serve.
    return found if isinstance(found, dict) else {}
