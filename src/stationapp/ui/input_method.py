"""Lets Chinese be typed on Linux: our Qt carries only the ibus bridge, the field's desktops run fcitx."""

from __future__ import annotations

from collections.abc import MutableMapping

_OTHER_NAMES = ("fcitx", "fcitx5")


def prepare(environment: MutableMapping[str, str], platform: str) -> None:
    """Send Qt to fcitx through the ibus portal, which fcitx5 serves; nothing changes for other input methods.

    To be called before the application exists.
    """
    if not platform.startswith("linux"):
        return
    wanted = environment.get("QT_IM_MODULE", "") or _from_modifiers(environment.get("XMODIFIERS", ""))
    if wanted in _OTHER_NAMES:
        environment["QT_IM_MODULE"] = "ibus"
        environment.setdefault("IBUS_USE_PORTAL", "1")


def _from_modifiers(text: str) -> str:
    """`@im=fcitx` names the input method where only the older variable is set."""
    return text.partition("@im=")[2].partition("@")[0]
