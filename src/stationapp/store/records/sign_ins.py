"""Sessions of people at this PC as the store hands them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person in a post from one moment to another; `until_at` is None while it lasts, or when the PC lost power."""

    day: str
    person: str
    post: str
    from_at: datetime
    until_at: datetime | None
