"""Which rules came later than an act: a station may have worked without network by the rules of an earlier program.

Such an act is judged by the rules its program knew, or work that was right when it was done would be lost on the way.
Only rules of good order are listed here, never one of the law; a device that has shown that it knows an edition is
not believed when it claims an earlier one (`went_back`), and nobody is a year after the next one came (`is_bygone`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from stationapp.domain.refusal import Reason

EDITION = 2
"""The edition of the rules this program knows. Its acts name it in `under.rules`; those without are of the first."""

PUBLICITY_AS_AN_ACT = 2
"""Since this edition publicity (公示) is an act before the decision; before, the decision itself named its days."""

SINCE: Mapping[str, int] = {
    "no-attorney": 2,  # 委托书 before the first handover.
}
"""The edition with which a rule came, by the code of its refusal; all others are of edition 1."""


PUBLISHED: Mapping[int, date] = {2: date(2026, 11, 22)}
"""The day from which programs of an edition were given out."""

LONGEST = timedelta(days=365)
"""So long after the next edition came an act by an earlier one may be received: our own term."""


def known_to(edition: int, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return those of the reasons whose rule a program of that edition knew."""
    return tuple(reason for reason in reasons if SINCE.get(reason.code, 1) <= edition)


def went_back(edition: int, before: Iterable[int]) -> bool:
    """Tell whether a device made acts by a newer edition before: programs are brought up to date, never back."""
    return max(before, default=edition) > edition


def is_bygone(edition: int, received: date) -> bool:
    """Tell whether nobody can still work by an edition on the day an act is received."""
    return edition < EDITION and received > PUBLISHED[edition + 1] + LONGEST
