"""The first kind of bad news: a rule said no."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule refused.

    `code` is stable and English, for tests and machines; `text` is the Chinese sentence a person reads;
    `field` names the form field or fact the sentence belongs to, or is empty.
    """

    code: str
    text: str
    field: str = ""


class Refused(Exception):
    """A rule of the domain refused an act; nothing was changed."""

    def __init__(self, *reasons: Reason) -> None:
        if not reasons:
            raise ValueError("a refusal needs at least one reason")
        super().__init__("；".join(reason.text for reason in reasons))
        self.reasons = reasons
