"""Which number a new PC gets at its station: 1–99, part of every receipt number it prints, so it must be its alone.

A hub that was put back to a backup has forgotten the PCs enrolled since, and with them which slots they print with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import count

LAST_SLOT = 99
FORGOTTEN = 20
"""So many numbers beyond those counted are left alone by a restored hub.

As many PCs of one station as may have been enrolled since the backup, in a county hall set up on one day; a restored
hub that knows of three still has 76 others to give.
"""


def next_slot(taken: Collection[int], random_bytes: Callable[[int], bytes], *, restored: bool) -> int | None:
    """Return the slot of a station's next PC; None when there is none left.

    A hub that was never restored knows all it gave, and counts. A restored one leaves alone where it may have
    counted on after the backup, and draws among the rest: counted, they would be given once more by a hub that
    is put back a second time to the same backup.
    """
    if not restored:
        following = max(taken, default=0) + 1
        return following if following <= LAST_SLOT else None
    free = [slot for slot in range(1, LAST_SLOT + 1) if slot not in taken]
    counted = next(number for number in count() if number + 1 not in taken)
    clear = [slot for slot in free if slot > counted + FORGOTTEN]
    if clear:
        return clear[int.from_bytes(random_bytes(8), "big") % len(clear)]
    # The numbers left alone are all there is now. Those counted last were the least likely to have been given.
    return max(free, default=None)
