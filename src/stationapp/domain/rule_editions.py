"""Which rules came later than an act: a station may have worked without network by the rules of an earlier program.

Such an act is judged by the rules its program knew, or work that was right when it was done would be lost on the way.
Only rules of good order are listed here, never one of the law: a client that claims an old edition gains nothing by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stationapp.domain.refusal import Reason

EDITION = 2
"""The edition of the rules this program knows. Its acts name it in `under.rules`; those without are of the first."""

SINCE: Mapping[str, int] = {
    "no-attorney": 2,  # 委托书 before the first handover.
    "not-publicised": 2,  # Before, the decision itself named the days of 公示 (publicity_from, publicity_to).
}
"""The edition with which a rule came, by the code of its refusal; all others are of edition 1."""


def known_to(edition: int, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return those of the reasons whose rule a program of that edition knew."""
    return tuple(reason for reason in reasons if SINCE.get(reason.code, 1) <= edition)
