"""How much goes into one request: more while the link carries it, half as soon as it stalls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Measure:
    """A size between bounds that doubles on success and halves on trouble."""

    least: int
    most: int
    now: int

    @property
    def is_least(self) -> bool:
        """Whether it cannot shrink any further."""
        return self.now <= self.least

    def grow(self) -> None:
        self.now = min(self.most, self.now * 2)

    def shrink(self) -> None:
        self.now = max(self.least, self.now // 2)

    def shrink_below(self, size: int) -> None:
        """Shrink after so much turned out to be too much."""
        self.now = min(self.now, size)
        self.shrink()


class Pace:
    """The sizes in use towards one hub.

    Events a request, bytes of envelopes a request, entries a page, bytes of an attachment a request: all that
    is left of it, unless a proxy on the way takes no more. Envelopes compress to a third.
    """

    def __init__(self) -> None:
        # The first request is some 80 kB on the line: three seconds of a bad one, and a day's work needs no third.
        self.events = Measure(1, 256, 128)
        self.bytes = Measure(4 * 1024, 512 * 1024, 256 * 1024)
        self.page = Measure(25, 400, 200)
        self.stretch = Measure(16 * 1024, 64 * 1024 * 1024, 64 * 1024 * 1024)

    def grow_batch(self) -> None:
        self.events.grow()
        self.bytes.grow()

    def shrink_batch(self, sent: int = 0) -> None:
        """Halve what goes into one request after one with so many events came to nothing."""
        self.events.shrink_below(sent or self.events.now)
        self.bytes.shrink()
