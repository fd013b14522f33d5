"""Debian packages the program and its tests need, and how they get onto the machine.

apt is called only when something is missing, so that a second set-up is quick and works without a network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from commands import run_quietly
from messages import SetupFailed, say

# What PySide6's libraries and its platform, image and printing plugins link to.
QT_LIBRARIES = (
    "libcups2",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libglib2.0-0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
    "libxrender1",
)
RARE_CHARACTERS = ("fonts-hanazono",)
# Read papers and barcodes back, and show real windows without a screen.
TEST_TOOLS = ("poppler-utils", "xauth", "xvfb", "zbar-tools")
# PyInstaller asks objdump what a library needs, and strips the bundle.
BUNDLE_TOOLS = ("binutils",)

PURPOSES = {
    "run": QT_LIBRARIES + RARE_CHARACTERS,
    "test": QT_LIBRARIES + RARE_CHARACTERS + TEST_TOOLS,
    "bundle": QT_LIBRARIES + RARE_CHARACTERS + TEST_TOOLS + BUNDLE_TOOLS,
}
PACKAGE_LISTS = Path("/var/lib/apt/lists")


def installed_names() -> frozenset[str]:
    """Names of the installed packages and of what they provide, as libglib2.0-0t64 does libglib2.0-0."""
    listing = run_quietly(["dpkg-query", "-W", "-f=${db:Status-Abbrev}\t${Package}\t${Provides}\n"])
    names: set[str] = set()
    for line in listing.splitlines():
        state, name, provides = line.split("\t")
        if state.startswith("ii"):
            names.add(name)
            names.update(entry.split()[0] for entry in provides.split(",") if entry.strip())
    return frozenset(names)


def missing_packages(wanted: Iterable[str]) -> tuple[str, ...]:
    """Those of `wanted` that are not installed, in order."""
    present = installed_names()
    return tuple(name for name in wanted if name not in present)


def administrator_prefix() -> tuple[str, ...] | None:
    """What to write before apt-get to become root; None where nobody can."""
    if os.geteuid() == 0:
        return ()
    if not shutil.which("sudo"):
        return None
    if sys.stdin.isatty():
        return ("sudo",)
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ("sudo", "-n") if silent.returncode == 0 else None


def install(names: tuple[str, ...]) -> bool:
    """Install `names` with apt-get; False (and a hint) where only the machine's owner can do it."""
    prefix = administrator_prefix()
    if prefix is None or not shutil.which("apt-get"):
        hint_at_missing(names)
        return False
    say(f"正在安装系统软件包：{' '.join(names)}", "Installing these system packages.")
    apt = (
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
    )
    if not any(PACKAGE_LISTS.glob("*_Packages*")):
        run_quietly([*apt, "update"])
    request = [*apt, "install", "--yes", "--no-install-recommends", *names]
    try:
        run_quietly(request)
    except SetupFailed:
        # Old package lists name versions that are no longer there.
        run_quietly([*apt, "update"])
        run_quietly(request)
    return True


def hint_at_missing(names: tuple[str, ...]) -> None:
    """Tell who can install what is missing, and how."""
    say(
        f"缺少系统软件包，当前用户无权安装。请管理员执行：apt-get install {' '.join(names)}",
        "System packages are missing; ask an administrator to run the command above.",
    )


def ensure(purpose: str) -> None:
    """Bring every package for `purpose` onto the machine.

    Goes on without them, with a hint, where the user may not install or where this is no Debian:
    the libraries may be there under other names.
    """
    if not shutil.which("dpkg-query"):
        say(
            "这不是 Debian 系统，请自行安装与下列软件包相当的系统库：" + " ".join(PURPOSES[purpose]),
            "This is not Debian; please install the equivalents of the above yourself.",
        )
        return
    missing = missing_packages(PURPOSES[purpose])
    if not missing:
        return
    try:
        install(missing)
    except SetupFailed as failure:
        say(
            f"系统软件包没有装上，先继续。\n{failure}",
            "Some system packages could not be installed; going on.",
        )
        hint_at_missing(missing)
