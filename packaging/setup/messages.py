"""What set-up says to a person: every sentence in Chinese, with English below it."""

from __future__ import annotations

import sys


class SetupFailed(Exception):
    """Set-up cannot go on. `text` tells a person, in Chinese and English, what to do next."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n  {english}")


def say(chinese: str, english: str) -> None:
    """Print one step or one hint."""
    print(f"· {chinese}\n  {english}", flush=True)


def speak_any_language() -> None:
    """Never let a terminal that cannot show Chinese stop the set-up."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
