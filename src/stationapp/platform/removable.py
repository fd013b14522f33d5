"""Which sticks are plugged in."""

from __future__ import annotations

import string
import sys
from pathlib import Path

_REMOVABLE = 2  # Windows' DRIVE_REMOVABLE
_MOUNTS = ("/media", "/run/media")


def sticks() -> list[Path]:
    """Return the roots of removable drives, in order; empty where the system does not tell."""
    return _windows_sticks() if sys.platform == "win32" else mounted_sticks([Path(root) for root in _MOUNTS])


def mounted_sticks(roots: list[Path]) -> list[Path]:
    """Return the mounted file systems below folders in which desktops mount sticks, by person or not."""
    found: list[Path] = []
    for root in roots:
        try:
            below = [*root.glob("*"), *root.glob("*/*")]
            found += [path for path in sorted(below) if path.is_mount()]
        except OSError:
            continue  # Another person's folder: what lies there is not for this one.
    return found


def _windows_sticks() -> list[Path]:
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the attribute exists on Windows alone.
    drives = int(kernel.GetLogicalDrives())
    roots = [f"{letter}:\\" for place, letter in enumerate(string.ascii_uppercase) if drives >> place & 1]
    return [Path(root) for root in roots if kernel.GetDriveTypeW(root) == _REMOVABLE]
