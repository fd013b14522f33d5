"""The Range header of RFC 9110, for one stretch of bytes."""

from __future__ import annotations

import re

from countyhub.problems import Problem

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def stretch(header: str, size: int) -> tuple[int, int] | None:
    """Return first byte and length that a Range header asks for; None for the whole (no range, or several).

    Raises Problem `wrong-range` when the stretch lies beyond the end.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        length = min(int(match[2]), size)
        first = size - length
    else:
        first = int(match[1])
        length = min(int(match[2] or size), size - 1) - first + 1
    if length <= 0:
        raise Problem("wrong-range", size=size)
    return first, length
